using System.Text;
using BenchmarkDotNet.Attributes;
using Fanwise.Models;
using Fanwise.Models.Plans;

namespace Fanwise.Benchmarks;

/// <summary>Does the time from JSON to plan grow with the number of layers, and no faster?</summary>
[WarmupCount(1)]
[IterationCount(5)]
public class Planning
{
    private byte[] _text = [];

    [Params(1_000, 10_000, 100_000)]
    public int Layers { get; set; }

    [GlobalSetup]
    public void WriteModel()
    {
        StringBuilder text = new(
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "chain", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer",
             "config": {"batch_shape": [null, 4], "dtype": "float32", "name": "input"}, "registered_name": null}
            """
        );
        for (int i = 0; i < Layers; i++)
            text.Append(
                    """, {"module": "keras.layers", "class_name": "Dense", "config": {"units": 4, "name": "dense_"""
                )
                .Append(i)
                .Append("\"}, \"registered_name\": null, \"build_config\": {\"input_shape\": [null, 4]}}");
        _text = Encoding.UTF8.GetBytes(text.Append("]}, \"registered_name\": null}").ToString());
    }

    [Benchmark]
    public WeightPlan FromJsonToPlan() => Model.Read(new MemoryStream(_text)).Plan(42);
}
