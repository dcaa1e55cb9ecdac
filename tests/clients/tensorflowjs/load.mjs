// Loads folders with TensorFlow.js' own loader, as a browser would, and runs each model once. Prints for each a line `folder NAME`,
// where TensorFlow.js refuses the model even without weights a line `refused WHY`, else
// every weight (name, type, shape and the SHA-256 of its bytes), and how many values it predicted.
// Usage: node load.mjs FOLDER...
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";

const fetchFunc = async path => new Response(await readFile(path));
for (const folder of process.argv.slice(2)) {
  console.log(`folder ${folder}`);
  tf.disposeVariables();
  let model;
  try {
    model = await tf.loadLayersModel(tf.io.http(`${folder}/model.json`, { fetchFunc }));
  } catch (error) {
    const { modelTopology } = JSON.parse(await readFile(`${folder}/model.json`, "utf8"));
    const refusal = await tf.loadLayersModel({ load: async () => ({ modelTopology }) }, { strict: false }).then(() => null, refusal => refusal);
    console.log(refusal ? `refused ${refusal.message.split("\n")[0]}` : `failed ${error.message.split("\n")[0]}`);
    continue;
  }

  for (const weight of model.weights) {
    const data = weight.read().dataSync();
    const hash = createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
    console.log([weight.originalName, weight.dtype, `(${weight.shape.join(", ")}${weight.shape.length === 1 ? "," : ""})`, hash].join("|"));
  }

  const inputs = model.inputs.map(input => tf.zeros(input.shape.map(length => length ?? 2), input.dtype));
  const outputs = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
  console.log(`predicted ${outputs.map(output => output.dataSync().length).join(", ")}`);
}
