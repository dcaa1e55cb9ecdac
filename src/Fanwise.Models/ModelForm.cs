namespace Fanwise.Models;

/// <summary>The forms in which a model is saved.</summary>
public enum ModelForm
{
    /// <summary>What Keras 3's <c>to_json</c> writes.</summary>
    Keras3,

    /// <summary>A <c>.keras</c> archive, of which <c>config.json</c> is read.</summary>
    Archive,

    /// <summary>What Keras 2 and tf.keras write, as JSON.</summary>
    Keras2,

    /// <summary>A <c>model.json</c> of TensorFlow.js.</summary>
    TensorFlowJs,

    /// <summary>An HDF5 file (<c>.h5</c>), of which the attribute <c>model_config</c> is read.</summary>
    Hdf5,
}
