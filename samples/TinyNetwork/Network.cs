using System.Numerics.Tensors;
using Fanwise;

namespace TinyNetwork;

/// <summary>A multilayer perceptron with rectifiers between its layers and a softmax at its end, trained by plain
/// gradient descent.</summary>
internal sealed class Network
{
    private readonly int[] _widths;
    private readonly float[][] _kernels,
        _biases;

    /// <summary>Layers of these widths; layer i takes its kernel from <paramref name="initializer"/>(i).</summary>
    public Network(int[] widths, Func<int, Initializer> initializer)
    {
        _widths = widths;
        _kernels = new float[widths.Length - 1][];
        _biases = new float[widths.Length - 1][];
        for (int layer = 0; layer < _kernels.Length; layer++)
        {
            Shape shape = [widths[layer], widths[layer + 1]];
            _kernels[layer] = new float[shape.Elements];
            initializer(layer).Fill<float>(shape, _kernels[layer]);
            _biases[layer] = new float[widths[layer + 1]];
        }
    }

    /// <summary>One step of gradient descent on a batch; the mean cross-entropy before it.</summary>
    public double Step(float[][] points, int[] classes, float rate)
    {
        float[][] kernelSteps = Array.ConvertAll(_kernels, static kernel => new float[kernel.Length]),
            biasSteps = Array.ConvertAll(_biases, static bias => new float[bias.Length]);
        double loss = 0;
        for (int sample = 0; sample < points.Length; sample++)
        {
            float[][] activations = Forward(points[sample]);
            float[] probabilities = activations[^1];
            loss -= Math.Log(Math.Max(probabilities[classes[sample]], 1e-30));

            float[] error = [.. probabilities];
            error[classes[sample]] -= 1;
            for (int layer = _kernels.Length - 1; layer >= 0; layer--)
            {
                float[] input = activations[layer],
                    previous = new float[input.Length];
                TensorPrimitives.Add(biasSteps[layer], error, biasSteps[layer]);
                for (int i = 0; i < input.Length; i++)
                {
                    ReadOnlySpan<float> row = _kernels[layer].AsSpan(i * error.Length, error.Length);
                    Span<float> step = kernelSteps[layer].AsSpan(i * error.Length, error.Length);
                    if (layer == 0 || input[i] > 0)
                        previous[i] = TensorPrimitives.Dot(row, error);
                    TensorPrimitives.MultiplyAdd(error, input[i], step, step);
                }

                error = previous;
            }
        }

        for (int layer = 0; layer < _kernels.Length; layer++)
        {
            TensorPrimitives.MultiplyAdd(kernelSteps[layer], -rate / points.Length, _kernels[layer], _kernels[layer]);
            TensorPrimitives.MultiplyAdd(biasSteps[layer], -rate / points.Length, _biases[layer], _biases[layer]);
        }

        return loss / points.Length;
    }

    /// <summary>The input, what each hidden layer gives, and the classes' probabilities.</summary>
    private float[][] Forward(float[] point)
    {
        float[][] activations = new float[_widths.Length][];
        activations[0] = point;
        for (int layer = 0; layer < _kernels.Length; layer++)
        {
            float[] output = [.. _biases[layer]];
            for (int i = 0; i < activations[layer].Length; i++)
                TensorPrimitives.MultiplyAdd(
                    _kernels[layer].AsSpan(i * output.Length, output.Length),
                    activations[layer][i],
                    output,
                    output
                );
            if (layer < _kernels.Length - 1)
                TensorPrimitives.Max<float>(output, 0, output);
            else
                TensorPrimitives.SoftMax<float>(Shifted(output), output);
            activations[layer + 1] = output;
        }

        return activations;
    }

    /// <summary>Less their largest, so that no exponential overflows.</summary>
    private static float[] Shifted(float[] logits)
    {
        float[] shifted = new float[logits.Length];
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), shifted);
        return shifted;
    }
}
