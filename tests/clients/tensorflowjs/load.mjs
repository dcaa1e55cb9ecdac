// Loads a folder with TensorFlow.js' own loader, as a browser would, runs the model once, and prints every weight: name, type, shape and the SHA-256 of its bytes.
// Usage: node load.mjs FOLDER
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";

const folder = process.argv[2];
const fetchFunc = async path => new Response(await readFile(path));
const model = await tf.loadLayersModel(tf.io.http(`${folder}/model.json`, { fetchFunc }));
for (const weight of model.weights) {
  const data = weight.read().dataSync();
  const hash = createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
  console.log([weight.originalName, weight.dtype, `(${weight.shape.join(", ")}${weight.shape.length === 1 ? "," : ""})`, hash].join("|"));
}

const inputs = model.inputs.map(input => tf.zeros(input.shape.map(length => length ?? 1), input.dtype));
const outputs = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
console.log(`predicted ${outputs.map(output => output.dataSync().length).join(", ")}`);
