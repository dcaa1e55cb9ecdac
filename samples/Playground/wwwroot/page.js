"use strict";
// The page: what is chosen goes to the library, what the library gives is shown. fanwise.js gives startFanwise.

const begun = performance.now();
const byId = id => document.getElementById(id);
let api = null;
let model = null;

const classNames = {
  glorot_uniform: "GlorotUniform", glorot_normal: "GlorotNormal", he_uniform: "HeUniform", he_normal: "HeNormal",
  lecun_uniform: "LecunUniform", lecun_normal: "LecunNormal", variance_scaling: "VarianceScaling",
  random_uniform: "RandomUniform", random_normal: "RandomNormal", truncated_normal: "TruncatedNormal",
  orthogonal: "Orthogonal", zeros: "Zeros", ones: "Ones", identity: "Identity",
};
const withoutSeed = new Set(["zeros", "ones", "identity"]);
const cSharpTypes = { float32: "float", float64: "double", float16: "Half", bfloat16: "BFloat16" };
const cSharpBackends = { tensorflow: "TensorFlow", jax: "Jax", torch: "Torch", numpy: "NumPy" };

function chosen() {
  const value = id => byId(id).value;
  return {
    initializer: value("initializer"), shape: value("shape"), dtype: value("dtype"),
    backend: value("backend"), seed: value("seed").trim(),
  };
}

function number(value) {
  return value === null || value === undefined ? "" : Number(value.toPrecision(6)).toString();
}

// As Python writes a tuple: (8,), (3, 3, 64, 128).
function tuple(lengths) {
  return "(" + lengths.join(", ") + (lengths.length === 1 ? "," : "") + ")";
}

function row(table, name, value) {
  if (value === "") return;
  const line = table.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  line.append(head);
  line.insertCell().textContent = value;
}

function showHistogram(drawn) {
  const svg = byId("histogram");
  const most = Math.max(1, ...drawn.bins);
  const width = 480 / drawn.bins.length;
  svg.replaceChildren(...drawn.bins.map((count, bin) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const height = 196 * count / most;
    bar.setAttribute("x", bin * width + 0.5);
    bar.setAttribute("y", 200 - height);
    bar.setAttribute("width", width - 1);
    bar.setAttribute("height", height);
    return bar;
  }));
  byId("histogram-text").textContent =
    "Histogram of " + drawn.elements.toLocaleString("en") + " values from " + number(drawn.least) + " to " + number(drawn.greatest);
}

function showFacts(drawn) {
  const table = byId("facts");
  table.replaceChildren();
  row(table, "initializer", drawn.initializer);
  row(table, "shape", tuple(drawn.shape) + " " + drawn.dtype);
  if (drawn.fans) row(table, "fans", "in " + number(drawn.fans.in) + ", out " + number(drawn.fans.out));
  row(table, "variance asked", number(drawn.variance_asked));
  row(table, "mean drawn", number(drawn.values_mean));
  row(table, "deviation drawn", number(drawn.values_deviation));
  row(table, "least, greatest", number(drawn.least) + ", " + number(drawn.greatest));
}

function shapeWords(shape) {
  return shape.split(",").map(word => word.trim()).filter(word => word.length > 0);
}

function showElsewhere(c) {
  const lengths = shapeWords(c.shape);
  const hasSeed = !withoutSeed.has(c.initializer);
  const python = hasSeed ? "seed=" + c.seed : "";
  byId("python").textContent =
    "import os\nos.environ[\"KERAS_BACKEND\"] = \"" + c.backend + "\"\nimport keras\n\n"
    + "values = keras.initializers." + classNames[c.initializer]
    + "(" + python + ")(" + tuple(lengths) + ", dtype=\"" + c.dtype + "\")";
  const cls = classNames[c.initializer];
  const given = hasSeed ? c.seed : "";
  const backend = c.backend === "tensorflow" ? "" : ", Backend." + cSharpBackends[c.backend];
  const scaling = "(new VarianceScaling { Seed = " + given + (backend ? ", Backend = " + backend.slice(2) : "") + " })";
  const made = cls === "VarianceScaling" ? scaling : "Initializers." + cls + (hasSeed ? "(" + given + backend + ")" : "");
  byId("csharp").textContent =
    "using System.Numerics.Tensors;\nusing Fanwise;\n\nTensor<" + cSharpTypes[c.dtype] + "> values = " + made
    + ".Create<" + cSharpTypes[c.dtype] + ">([" + lengths.join(", ") + "]);";
  byId("command").textContent =
    "fanwise draw " + c.initializer + " --shape " + (lengths.join(",") || "\"\"") + (hasSeed ? " --seed " + c.seed : "")
    + (c.dtype === "float32" ? "" : " --dtype " + c.dtype) + (c.backend === "tensorflow" ? "" : " --backend " + c.backend)
    + " -o values.npy";
}

async function show() {
  const c = chosen();
  const state = byId("state");
  const drawn = JSON.parse(api.Draw(c.initializer, c.shape, c.dtype, c.backend, c.seed));
  state.className = drawn.error ? "error" : "";
  if (drawn.error) {
    state.textContent = drawn.error;
    return;
  }

  showFacts(drawn);
  showHistogram(drawn);
  showElsewhere(c);
  byId("first").textContent = drawn.first.join(" ") + (drawn.elements > drawn.first.length ? " …" : "");
  byId("warnings").replaceChildren(...drawn.warnings.map(warning => {
    const item = document.createElement("li");
    item.textContent = warning.sentence;
    return item;
  }));
  state.textContent = drawn.elements.toLocaleString("en") + " elements drawn.";
  if (!document.body.dataset.firstValue) document.body.dataset.firstValue = Math.round(performance.now() - begun);
  byId("hash").textContent = await sha256(api.Bytes(c.initializer, c.shape, c.dtype, c.backend, c.seed));
  showModel();
}

async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, byte => byte.toString(16).padStart(2, "0")).join("");
}

function showModel() {
  if (!model) return;
  const c = chosen();
  const state = byId("model-state");
  const table = byId("weights");
  table.replaceChildren();
  const explained = JSON.parse(api.Explain(model.bytes, c.backend, c.seed || "0"));
  state.className = explained.error ? "error" : "";
  if (explained.error) {
    state.textContent = model.name + ": " + explained.error;
    return;
  }

  const weights = explained.plan.weights;
  const warnings = weights.reduce((sum, weight) => sum + weight.warnings.length, 0);
  const counted = (count, noun) => count.toLocaleString("en") + " " + noun + (count === 1 ? "" : "s");
  state.textContent = model.name + ": " + counted(weights.length, "weight") + ", "
    + counted(explained.plan.parameters, "parameter") + ", " + counted(warnings, "warning") + "; seed " + (c.seed || "0") + ".";
  const head = table.createTHead().insertRow();
  for (const title of ["weight", "initializer", "shape", "fans", "deviation", "seed", "warnings"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const weight of weights) {
    const line = body.insertRow();
    for (const text of [
      weight.name, weight.initializer, tuple(weight.shape) + " " + weight.dtype,
      weight.fans ? number(weight.fans.in) + ", " + number(weight.fans.out) : "", number(weight.deviation),
      weight.seeds.map(seed => seed.seed).join(", "), weight.warnings.map(warning => warning.sentence).join(" "),
    ]) line.insertCell().textContent = text;
    // A long name is broken behind its marks.
    line.cells[0].replaceChildren(...weight.name.split(/(?<=[/_])/).flatMap(part => [part, document.createElement("wbr")]));
  }
}

async function take(file) {
  if (!file) return;
  model = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  showModel();
}

function fill(id, words, first) {
  byId(id).replaceChildren(...words.map(word => new Option(word, word, word === first, word === first)));
}

async function start() {
  try {
    api = await startFanwise();
  } catch (error) {
    byId("state").className = "error";
    byId("state").textContent = "This browser could not start the library: " + error;
    return;
  }
  const choices = JSON.parse(api.Choices());
  fill("initializer", choices.initializers, "he_normal");
  fill("dtype", choices.dtypes, "float32");
  fill("backend", choices.backends, "tensorflow");
  byId("choices").addEventListener("input", show);
  byId("choices").addEventListener("submit", event => event.preventDefault());
  byId("file").addEventListener("change", event => take(event.target.files[0]));
  const drop = byId("drop");
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, event => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", event => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  await show();
  document.body.dataset.ready = "true";
}

start();
