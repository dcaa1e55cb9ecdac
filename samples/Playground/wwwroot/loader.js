"use strict";
// Starts the runtime from what lies in this file, packed: a page from a disk may not load modules or fetch files.
// eng/playground.py puts the packed files into fanwiseFiles: name -> base64 of gzip.

async function unpacked(name) {
  const text = atob(fanwiseFiles[name]);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

// A blob's address is no base for others' addresses, which the runtime makes before it asks for them here.
function placed(script, name) {
  return new TextDecoder().decode(script).replaceAll("import.meta.url", JSON.stringify("file:///fanwise/" + name));
}

async function startFanwise() {
  const scripts = {};
  const files = {};
  await Promise.all(Object.keys(fanwiseFiles).map(async name => {
    const bytes = await unpacked(name);
    if (name.endsWith(".js"))
      scripts[name] = URL.createObjectURL(new Blob([placed(bytes, name)], { type: "text/javascript" }));
    else
      files[name] = bytes;
  }));
  const { dotnet } = await import(scripts["dotnet.js"]);
  const runtime = await dotnet
    .withResourceLoader((kind, name) => {
      if (name.endsWith(".js")) return scripts[name];
      const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return Promise.resolve(new Response(files[name], { headers: { "content-type": type } }));
    })
    .create();
  const assembly = runtime.getConfig().mainAssemblyName;
  return (await runtime.getAssemblyExports(assembly)).Fanwise.Playground.PlaygroundFunctions;
}
