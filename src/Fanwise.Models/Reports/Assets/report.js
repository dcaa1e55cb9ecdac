// Draws the report from the data in the page. Whatever comes from a model or a file reaches the page as text, never as markup.
"use strict";
(() => {
  const root = document.documentElement;
  const errors = [];
  window.addEventListener("error", event => { errors.push(event.message); root.dataset.errors = errors.join("; "); });

  const data = JSON.parse(document.getElementById("data").textContent);
  const weights = data.weights, plan = data.kind === "plan", against = data.against;
  const byId = id => document.getElementById(id);
  let charts = 0;

  // ---- Small helpers -------------------------------------------------------------------------------------------------

  /** An element with text and children; text is never parsed. */
  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name === "class") element.className = value;
      else if (name === "style") Object.assign(element.style, value);
      else if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    for (const child of children) if (child !== null && child !== undefined) element.append(child);
    return element;
  }

  function number(value, digits = 3) {
    if (value === null || value === undefined) return "–";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e5 || size < 1e-3) return value.toExponential(digits - 1).replace("e+", "e");
    return String(Number(value.toPrecision(digits)));
  }

  const whole = value => Math.round(value).toLocaleString("en-US");
  const color = name => getComputedStyle(root).getPropertyValue("--" + name).trim();

  function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
    return (unit === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)) + " " + units[unit];
  }

  const times = factor => factor >= 1 ? number(factor) + " times too small" : number(1 / factor) + " times too large";

  // ---- Tables --------------------------------------------------------------------------------------------------------

  /**
   * A table whose headers are buttons that sort it: once, and the other way round when pressed again. Numbers begin with
   * the greatest; rows without a value are last either way.
   * A column has a title, a key that is sorted by (a number, a text, null) and a cell to show; class is the cell's.
   * refill(rows, limit) shows other rows; onsort gets them as they now stand.
   */
  function sortableTable(host, label, columns, onsort) {
    let rows = [], limit = Infinity, by = null, upward = true;
    const body = make("tbody", {}), more = make("button", { type: "button", class: "all", hidden: true });
    const heads = columns.map(column => {
      const button = make("button", { type: "button" }, column.title);
      button.addEventListener("click", () => {
        upward = by === column ? !upward : column.numeric !== true;
        by = column;
        fill();
        if (onsort) onsort(rows);
      });
      return make("th", { scope: "col", class: column.class || "" }, button);
    });
    more.addEventListener("click", () => { limit = Infinity; fill(); });
    host.replaceChildren(
      make("div", { class: "wide", role: "region", tabIndex: 0, "aria-label": label }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)), more);

    function compare(a, b) {
      const left = by.key(a), right = by.key(b), empty = value => value === null || value === undefined || Number.isNaN(value);
      if (empty(left) || empty(right)) return empty(left) - empty(right);
      const order = typeof left === "number" ? left - right : left.localeCompare(right, "en", { numeric: true });
      return upward ? order : -order;
    }

    function fill() {
      if (by) rows = [...rows].sort(compare);
      heads.forEach((head, i) => {
        if (columns[i] === by) head.setAttribute("aria-sort", upward ? "ascending" : "descending"); else head.removeAttribute("aria-sort");
      });
      body.replaceChildren(...rows.slice(0, limit).map(row => make("tr", {}, ...columns.map((column, i) =>
        make(i === 0 ? "th" : "td", { class: column.class || "", ...(i === 0 ? { scope: "row" } : {}) }, column.cell(row))))));
      more.hidden = rows.length <= limit;
      more.textContent = "All " + whole(rows.length) + " rows";
    }

    const table = {
      refill(given, most) { rows = given; limit = most; fill(); return rows; },
      whole() { const before = limit; limit = Infinity; fill(); return () => { limit = before; fill(); }; },
    };
    tables.push(table);
    return table;
  }

  const tables = [];

  // ---- Theme ---------------------------------------------------------------------------------------------------------

  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const themes = ["system", "light", "dark"];
  let theme = themes.includes(new URLSearchParams(location.search).get("theme")) ? new URLSearchParams(location.search).get("theme") : "system";
  const redraws = [];

  function applyTheme() {
    root.dataset.theme = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    byId("theme").textContent = "Theme: " + theme;
    for (const redraw of redraws) redraw();
  }

  byId("theme").addEventListener("click", () => { theme = themes[(themes.indexOf(theme) + 1) % 3]; applyTheme(); });
  system.addEventListener("change", applyTheme);
  applyTheme();

  // ---- Charts --------------------------------------------------------------------------------------------------------

  const tip = byId("tip");

  function showTip(lines, x, y) {
    tip.replaceChildren(make("b", {}, make("bdi", {}, lines[0])), ...lines.slice(1).map(line => make("div", {}, make("bdi", {}, line))));
    tip.hidden = false;
    const width = tip.offsetWidth;
    tip.style.left = Math.max(6, Math.min(x + 14, document.documentElement.clientWidth - width - 6)) + "px";
    tip.style.top = y + 14 + "px";
  }

  /** Draws now and again whenever the width or the theme changes. */
  function chart(host, height, options, values) {
    let plot = null, width = 0;
    const draw = () => {
      width = host.clientWidth;
      if (width === 0) return;
      if (plot) plot.destroy(); else charts++;
      plot = new uPlot({ width, height, legend: { show: false }, ...options() }, values, host);
      root.dataset.charts = charts;
    };
    draw();
    redraws.push(draw);
    new ResizeObserver(() => { if (Math.abs(host.clientWidth - width) > 1) draw(); }).observe(host);
  }

  function legend(host, entries) {
    const line = make("div", { class: "legend" });
    for (const [name, mark, text] of entries) line.append(make("span", {}, make("i", { class: mark, style: { background: "var(--" + name + ")" } }), text));
    host.before(line);
  }

  const axis = extra => ({ stroke: color("soft"), grid: { stroke: color("line"), width: 1 }, ticks: { stroke: color("line"), width: 1 }, font: "12px system-ui, sans-serif", ...extra });

  const shortNumber = value => value === 0 ? "0" : Math.abs(value) >= 1e4 || Math.abs(value) < 1e-2 ? value.toExponential(0).replace("e+", "e") : String(Number(value.toPrecision(4)));

  /** Powers of ten between two numbers, at most about eight of them. */
  function decades(low, high) {
    const from = Math.round(Math.log10(low)), to = Math.round(Math.log10(high)), step = Math.max(1, Math.ceil((to - from) / 8));
    return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 10 ** (from + i * step));
  }

  /** A line of points over positions 1 to n; a click goes to the weight. */
  function points(id, what, series, describe, target, options) {
    const host = byId(id), n = series[0].values.length;
    const xs = Array.from({ length: n }, (_, i) => i + 1);
    const finite = series.flatMap(s => s.values).filter(v => v !== null && (!options.log || v > 0));
    let low = Math.min(...finite, options.low ?? Infinity), high = Math.max(...finite, options.high ?? -Infinity);
    if (options.log) { low = 10 ** Math.floor(Math.log10(low) - 0.05); high = 10 ** Math.ceil(Math.log10(high) + 0.05); }
    else { const margin = 0.08 * (high - low || 1); low -= margin; high += margin; }
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", what);
    let last = -1;
    chart(host, window.innerWidth < 560 ? 240 : 300, () => ({
      scales: { x: { time: false, range: [0.5, n + 0.5] }, y: { distr: options.log ? 3 : 1, range: [low, high] } },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      padding: [10, 10, 0, 0],
      axes: [
        axis({ label: options.xLabel, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], size: 30, labelGap: 0, labelSize: 18, labelFont: "12px system-ui, sans-serif", values: (plot, ticks) => ticks.map(t => {
          if (t < 1 || t > n) return "";
          // A name where there is room for about fourteen letters, else a number.
          const name = options.names && plot.width / n > 105 ? options.names[t - 1] : null;
          return name ? (name.length > 15 ? "…" + name.slice(-14) : name) : t;
        }) }),
        axis({ size: 62, ...(options.log ? { splits: () => decades(low, high) } : {}), values: (_, ticks) => ticks.map(t => t === null ? "" : shortNumber(t)) }),
      ],
      series: [{}, ...series.map(s => ({
        stroke: color(s.color), width: s.line ? 1.5 : 0, dash: s.dash, paths: s.line ? undefined : () => null, spanGaps: !s.gaps,
        gaps: s.gaps ? plot => s.gaps.map(i => [plot.valToPos(i, "x", true), plot.valToPos(i + 1, "x", true)]) : undefined,
        points: { show: s.points !== false, size: s.size || 7, fill: s.hollow ? "transparent" : color(s.color), stroke: color(s.color), width: s.hollow ? 2 : 0 },
      }))],
      hooks: {
        // What has no point at all is shaded, so that a gap is seen as one.
        drawClear: [plot => {
          for (const i of options.blank || []) {
            const from = plot.valToPos(i + 0.5, "x", true), to = plot.valToPos(i + 1.5, "x", true);
            plot.ctx.fillStyle = color("line");
            plot.ctx.fillRect(from, plot.bbox.top, to - from, plot.bbox.height);
          }
        }],
        setCursor: [plot => {
          const i = plot.cursor.idx;
          last = i ?? -1;
          if (i === null || i === undefined || plot.cursor.left < 0) { tip.hidden = true; return; }
          const box = plot.over.getBoundingClientRect();
          showTip(describe(i), box.left + plot.cursor.left + scrollX, box.top + plot.cursor.top + scrollY);
        }],
        ready: [plot => {
          plot.over.addEventListener("mouseleave", () => { tip.hidden = true; });
          plot.over.addEventListener("click", () => { if (last >= 0 && target(last) !== null) goTo(target(last)); });
        }],
      },
    }), [xs, ...series.map(s => s.values)]);
  }

  // ---- Header --------------------------------------------------------------------------------------------------------

  document.title = data.title + " – Fanwise report";
  byId("title").textContent = data.title;
  byId("subtitle").textContent = data.subtitle;
  for (const [name, value] of [...data.facts, ["Weights", whole(data.count)], ["Parameters", whole(data.parameters)], ["Size", bytes(data.bytes)]])
    byId("facts").append(make("div", {}, make("dt", {}, name), make("dd", {}, make("bdi", {}, value))));

  if (data.sample) byId("sample").textContent = data.sample;
  byId("sample").hidden = !data.sample;

  // ---- Findings ------------------------------------------------------------------------------------------------------

  const titles = {
    "depthwise-fans": ["Depthwise kernel with the wrong fan", "The fan is guessed from the shape alone, as if every channel were connected to every other. A depthwise kernel filters each channel alone, so it is drawn with too small a variance."],
    "grouped-fans": ["Grouped convolution with the wrong fan", "The fan is guessed as if all channels were connected; only those of one group are."],
    "transposed-fans": ["Transposed convolution with the wrong fan", "The kernel's last axes are out and in, not in and out, and strides thin out what an output sums; the guess by shape knows neither."],
    "contraction-fans": ["Attention or einsum kernel with the wrong fan", "The guess by shape takes the kernel for a convolution's and counts the wrong axes."],
    "embedding-fans": ["Embedding scaled like a kernel", "A lookup sums nothing, yet the variance is divided by the number of entries: the vectors begin very short."],
    "other-fans": ["Wrong fan", "The fan that divides the variance is not the one that the layer has."],
    "equal-values": ["Weights with the same values", "Equal seeds and equal shapes give equal numbers: these weights begin as copies of each other."],
    "narrowed-variance": ["Variance 0.7737 of the one asked for", "A normal that is truncated at two deviations and not widened to make up for it."],
    "zero-gain": ["Nothing is passed on", "All values are the same or zero: the layer passes no signal on, or its units begin equal and stay equal."],
    "other-layout": ["A shape that is probably in the other order", "Read in Keras' order of axes, the shape has a receptive field that no kernel has; in PyTorch's it is an ordinary one."],
    "underflow": ["Too small for the element type", "Most values are below what the type holds with all its digits."],
    "not-finite": ["Values that are not numbers", "NaN or infinite values are in the file."],
    "unlike-declared": ["Values that are not distributed as declared", "The mean or the variance of what is there is further from the declared one than chance allows."],
    // Of a checkpoint that is held against rules.
    "deviation": ["Another deviation than the rule's", "The values are spread more widely or more narrowly than chance allows."],
    "mean": ["Another mean than the rule's", "The values lie around another number."],
    "constant": ["Other values than the rule's", "The rule gives every value, or values that differ; the file has others."],
    "bounds": ["Values beyond the rule's bounds", "A cut is missing, or stands elsewhere."],
    "extremes": ["Extremes unlike the rule's", "The farthest values are nearer or farther than chance allows."],
    "distribution": ["Another distribution than the rule's", "Mean and deviation may be right; the shape is not."],
    "kurtosis": ["Another kurtosis than the rule's", "The tails are heavier or lighter."],
    "zeros": ["Zeros where none belong", "Some values, or whole rows, were never drawn."],
    "zero row": ["A row that should be zero", "The row that stands for padding has values."],
    "equal shards": ["Equal shards", "Each shard was drawn with one seed, so the same values stand several times."],
    "equal rows": ["Equal rows", "Rows begin as copies of each other."],
    "equal tensors": ["Equal tensors", "Tensors begin with the same values: they were drawn with one seed."],
    "not finite": ["Values that are not numbers", "NaN or infinite values are in the file."],
    "shape": ["Another shape than the configuration's", ""],
    "type": ["Another element type than the configuration's", ""],
  };

  const findings = new Map();
  weights.forEach((weight, index) => (weight.warnings || []).forEach(warning => {
    if (!findings.has(warning.code)) findings.set(warning.code, []);
    findings.get(warning.code).push({ index, warning });
  }));

  if (against) {
    const others = weights.filter(weight => weight.other && weight.other.difference !== 0);
    const seeds = data.seeds ? " This one has the seed " + (data.seeds[0] ?? "not told") + ", " + against + " " + (data.seeds[1] ?? "not told") + "." : "";
    byId("findings-list").append(data.unlike === 0
      ? make("p", { class: "fine" }, make("bdi", {}, "The two hold the same values: " + data.both + " of " + data.count + " weights are in both." + seeds))
      : make("div", { class: "finding difference" },
        make("h3", {}, data.unlike + " of " + data.both + " weights that are in both hold other values"),
        make("p", {}, make("bdi", {}, "A difference between the two, not a fault of either." + seeds)),
        make("details", { open: others.length <= 3 }, make("summary", {}, "The weights"),
          make("ul", {}, ...others.map(weight => make("li", {}, make("a", { href: "#w" + weights.indexOf(weight), onclick: event => { event.preventDefault(); goTo(weights.indexOf(weight)); } }, make("bdi", {}, weight.name)),
            weight.other.difference === undefined || weight.other.difference > 1e300 ? "" : ": up to " + number(weight.other.difference)))))));
  }

  if (findings.size === 0 && !against) {
    byId("findings-list").append(make("p", { class: "fine" }, data.judged ? "Nothing: every tensor is as its rule has it, as far as that can be told without the seed." : plan
      ? "Nothing: every variance is the one its layer needs, as far as that can be told, and no two weights are the same."
      : "Nothing: all values are finite numbers."));
  }

  for (const [code, list] of findings) {
    const [title, why] = titles[code] || [code, ""];
    const factors = list.map(entry => entry.warning.factor).filter(factor => typeof factor === "number");
    const far = factors.reduce((worst, factor) => Math.abs(Math.log(factor)) > Math.abs(Math.log(worst)) ? factor : worst, 1);
    const all = data.warned[code] ?? list.length;
    const box = make("div", { class: "finding" },
      make("h3", {}, title + (all > 1 ? " (" + whole(all) + " weights)" : "") + (factors.length > 0 ? ": variance " + (list.length > 1 ? "up to " : "") + times(far) : "")),
      make("p", {}, why + (factors.length > 0 && code !== "narrowed-variance" ? " To mend it, write the weights with --layer-fans (WithLayerFans in code), or use VarianceScaling and change its scale by that factor." : "")));
    const items = make("ul", {});
    for (const { index, warning } of list)
      items.append(make("li", {}, make("a", { href: "#w" + index, onclick: event => { event.preventDefault(); goTo(index); } }, make("bdi", {}, weights[index].name)), " – ", make("bdi", {}, warning.text)));
    const opened = all > list.length ? list.length + " of the weights, with numbers" : list.length > 1 ? "The weights, with numbers" : "The weight, with numbers";
    box.append(make("details", { open: list.length <= 3 }, make("summary", {}, opened), items));
    byId("findings-list").append(box);
  }

  // ---- Fans ----------------------------------------------------------------------------------------------------------

  const layerName = name => name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : name;
  const shape = weight => (weight.class ? weight.class + ", " : "") + weight.shape;

  const judged = weights.map((weight, index) => ({ weight, index })).filter(entry => entry.weight.varianceLayer > 0 && entry.weight.varianceDrawn > 0);
  if (judged.length > 0) {
    byId("fans").hidden = false;
    const ratios = judged.map(entry => entry.weight.varianceDrawn / entry.weight.varianceLayer);
    const right = ratios.map(ratio => Math.abs(Math.log(ratio)) < 0.01 ? ratio : null), wrong = ratios.map((ratio, i) => right[i] === null ? ratio : null);
    legend(byId("fans-chart"), [["measured", "", "right"], ["bad", "", "wrong fan"]]);
    points("fans-chart", "Variance drawn over variance that the layer's fans ask for, by weight", [
      { values: ratios.map(() => 1), color: "soft", line: true, points: false, dash: [5, 5] },
      { values: right, color: "measured" },
      { values: wrong, color: "bad", size: 9 },
    ], i => [judged[i].weight.name, shape(judged[i].weight), "variance drawn " + number(judged[i].weight.varianceDrawn) + ", the layer's fans ask for " + number(judged[i].weight.varianceLayer),
      Math.abs(Math.log(ratios[i])) < 0.01 ? "right" : times(1 / ratios[i])], i => judged[i].index, { log: true, low: 0.5, high: 2, xLabel: "kernels, in the model's order", names: judged.map(entry => layerName(entry.weight.name)) });
  }

  // ---- Signal --------------------------------------------------------------------------------------------------------

  if (data.signal && data.signal.steps.filter(step => step.variance !== null).length > 1) {
    const steps = data.signal.steps;
    byId("signal").hidden = false;
    byId("signal-how").textContent = data.signal.how;
    byId("signal-note").textContent = data.signal.note;
    const values = steps.map(step => step.variance > 0 ? step.variance : null);
    legend(byId("signal-chart"), [["measured", "line-mark", "variance of a layer's outputs"], ["bad", "", "layer with a warning"],
      ...(steps.some(step => step.variance === null) ? [["soft", "gap-mark", "gap: not followed"]] : [])]);
    points("signal-chart", "Variance of activations, layer by layer", [
      { values, color: "measured", line: true, size: 5, gaps: steps.flatMap((step, i) => i > 0 && (step.anew || values[i] === null || values[i - 1] === null) ? [i] : []) },
      { values: values.map((value, i) => steps[i].flagged ? value : null), color: "bad", size: 9 },
    ], i => steps[i].variance === null ? [steps[i].name, steps[i].class, "not followed: the signal begins anew behind it"] : [steps[i].name, steps[i].class, "variance of outputs " + number(steps[i].variance) + (steps[i].variance === 0 ? ": the signal is dead" : ""),
      steps[i].before > 0 ? number(steps[i].variance / steps[i].before) + " times that of its inputs" : ""].filter(Boolean),
      i => steps[i].weight, { log: true, low: 0.1, high: 10, xLabel: "layers with weights, in the order of the calls", names: steps.map(step => step.name),
      blank: steps.flatMap((step, i) => step.variance === null ? [i] : []) });
  }

  // ---- Spread --------------------------------------------------------------------------------------------------------

  const spread = weights.map((weight, index) => ({ weight, index })).filter(entry => entry.weight.std > 0);
  if (plan && !against) {
    const declared = spread.filter(entry => entry.weight.declared && entry.weight.declared.std > 0);
    if (declared.length > 0) {
      byId("spread").hidden = false;
      byId("spread-title").textContent = "Are the values what was declared?";
      byId("spread-how").textContent = "The standard deviation of the values, divided by the declared one. Between the dashed lines (three standard errors, wide for small weights) it is chance; of 400 weights one lies outside by chance as well.";
      const ratios = declared.map(({ weight }) => weight.std / weight.declared.std);
      const errors3 = declared.map(({ weight }) => 1.5 * Math.sqrt((weight.declared.kurtosis - 1) / weight.read));
      const inside = declared.map(({ weight }) => !(weight.warnings || []).some(warning => ["unlike-declared", "deviation"].includes(warning.code)));
      legend(byId("spread-chart"), [["measured", "", "as declared"], ["bad", "", "not as declared"], ["soft", "line-mark", "three standard errors"]]);
      points("spread-chart", "Measured over declared standard deviation, by weight", [
        { values: errors3.map(error => 1 + error), color: "soft", line: true, points: false, dash: [4, 4] },
        { values: errors3.map(error => 1 - error), color: "soft", line: true, points: false, dash: [4, 4] },
        { values: ratios.map((ratio, i) => inside[i] ? ratio : null), color: "measured", size: 6 },
        { values: ratios.map((ratio, i) => inside[i] ? null : ratio), color: "bad", size: 9 },
      ], i => [declared[i].weight.name, shape(declared[i].weight), "deviation " + number(declared[i].weight.std, 4) + ", declared " + number(declared[i].weight.declared.std, 4)],
        i => declared[i].index, { log: false, low: 0.97, high: 1.03, xLabel: "drawn weights, in the model's order", names: declared.map(entry => layerName(entry.weight.name)) });
    }
  } else if (spread.length > 0) {
    byId("spread").hidden = false;
    byId("spread-title").textContent = against ? "How far the two are spread, weight by weight" : "How far the values are spread, weight by weight";
    byId("spread-how").textContent = "The standard deviation of each weight's values. The scale is logarithmic; a lone point far from its neighbours deserves a look.";
    const series = [{ values: spread.map(({ weight }) => weight.std), color: "measured" }];
    const entries = [["measured", "", data.title]];
    if (against) {
      series.push({ values: spread.map(({ weight }) => weight.other && weight.other.std > 0 ? weight.other.std : null), color: "other", size: 13, hollow: true });
      entries.push(["other", "ring-mark", against]);
    }
    legend(byId("spread-chart"), entries);
    points("spread-chart", "Standard deviation by weight", series, i => [spread[i].weight.name, shape(spread[i].weight), "deviation " + number(spread[i].weight.std, 4)
      + (spread[i].weight.other ? ", in the other " + number(spread[i].weight.other.std, 4) : "")], i => spread[i].index, { log: true, xLabel: "weights, in their order", names: spread.map(entry => layerName(entry.weight.name)) });
  }

  // ---- Layers --------------------------------------------------------------------------------------------------------

  {
    const sorted = [...data.layers].sort((a, b) => b.parameters - a.parameters), most = Math.max(1, sorted.length ? sorted[0].parameters : 1);
    const share = layer => 100 * layer.parameters / Math.max(1, data.parameters);
    sortableTable(byId("layers"), "Layers and their parameters", [
      { title: "layer", key: layer => layer.name, cell: layer => make("bdi", {}, layer.name), class: "name" },
      ...(sorted.some(layer => layer.class) ? [{ title: "class", key: layer => layer.class || null, cell: layer => make("bdi", { class: "soft" }, layer.class || ""), class: "word" }] : []),
      { title: "share of all", key: share, numeric: true, class: "share",
        cell: layer => make("div", { class: "meter", title: share(layer).toFixed(1) + " %", style: { width: 100 * layer.parameters / most + "%" } }) },
      { title: "parameters", key: layer => layer.parameters, numeric: true, cell: layer => whole(layer.parameters), class: "number" },
      { title: "size", key: layer => layer.bytes, numeric: true, cell: layer => bytes(layer.bytes), class: "number bytes" },
    ]).refill(sorted, 10);
  }

  // ---- Weights -------------------------------------------------------------------------------------------------------

  {
    const some = key => weights.some(weight => weight[key]), sampled = weights.some(weight => weight.read > 0 && weight.read < weight.elements);
    byId("weights-how").textContent = (against ? "Bars are this report's values, the violet line those of " + against + "; both have the same steps."
      : plan ? "Bars are the values that are " + (data.judged ? "in the file" : "drawn") + ", the line is the density that " + (data.judged ? "the rules declare." : "was declared.")
      : "Bars are the values in the file.")
      + (some("elsewhere") ? " Where another backend draws from another density, that one is dashed; on a logarithmic scale it is seen best." : "")
      + (sampled ? " Of the largest weights evenly spread values are read; each card says how many." : "");
    const entries = [["measured-fill", "bar-mark", "values"]];
    if (some("expected")) entries.push(["declared", "line-mark", against ? "declared here" : "declared density"]);
    if (against) entries.push(["other", "line-mark", "values of " + against]);
    if (weights.some(weight => weight.other && weight.other.expected)) entries.push(["other", "dash-mark of-other", "declared there"]);
    if (some("elsewhere")) entries.push(["elsewhere", "dash-mark", "on other backends"]);
    legend(byId("cards"), entries);
  }

  const cards = new Map();
  const isConstant = weight => weight.min !== null && weight.min === weight.max && !(weight.other && weight.other.min !== weight.other.max);

  /** A line that holds its height across each bar: between the middles of two bars a bound would look like a slope. */
  const stepped = (step, least) => (plot, series, from, to) => {
    const line = new Path2D(), xs = plot.data[0], ys = plot.data[series], base = plot.valToPos(least, "y", true);
    const x = value => plot.valToPos(value, "x", true);
    line.moveTo(x(xs[from] - step / 2), base);
    for (let i = from; i <= to; i++) {
      const y = ys[i] > least ? plot.valToPos(ys[i], "y", true) : base;
      line.lineTo(x(xs[i] - step / 2), y);
      line.lineTo(x(xs[i] + step / 2), y);
    }
    line.lineTo(x(xs[to] + step / 2), base);
    return { stroke: line, fill: null, clip: null, band: null, gaps: null, flags: 1 };
  };

  function histogram(host, weight) {
    const h = weight.histogram, n = h.counts.length, step = (h.high - h.low) / n;
    const xs = h.counts.map((_, i) => h.low + (i + 0.5) * step);
    const columns = [xs, h.counts.map(count => count / weight.read)], lines = [];
    const add = (values, name, dash) => { columns.push(values); lines.push({ name, dash }); };
    if (weight.expected) add(weight.expected, "declared");
    for (const there of weight.elsewhere || []) add(there.expected, "elsewhere", [5, 4]);
    if (weight.other && weight.other.counts) add(weight.other.counts.map(count => count / Math.max(1, weight.other.read)), "other");
    if (weight.other && weight.other.expected) add(weight.other.expected, "other", [5, 4]);
    const shares = columns.slice(1).flat(), most = Math.max(...shares, 1e-12);
    // The least that is there, but for shares that no file's values would show.
    const least = Math.min(most / 10, ...shares.filter(share => share > 1e-10));
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", "Histogram of the values");
    chart(host, 150, () => {
      const log = byId("logarithmic").checked, base = log ? least / 2 : 0;
      return {
        scales: { x: { time: false, range: [h.low, h.high] }, y: { distr: log ? 3 : 1, range: [base, log ? 2 * most : 1.08 * most] } },
        cursor: { show: false }, padding: [6, 8, 0, 8],
        axes: [axis({ size: 26, grid: { show: false }, space: 62, values: (_, ticks) => ticks.map(shortNumber) }),
          log ? axis({ size: 44, splits: () => decades(base, 2 * most), values: (_, ticks) => ticks.map(t => t === null ? "" : shortNumber(t)) }) : { show: false }],
        series: [{}, { stroke: color("measured"), fill: color("measured-fill"), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [1, Infinity], gap: 0.5 }) },
          ...lines.map(line => ({ stroke: color(line.name), width: line.dash ? 1.5 : 2, dash: line.dash, points: { show: false }, paths: stepped(step, base) }))],
      };
    }, columns);
  }

  /** Text that is broken behind its marks, where it has some, and not within a word. */
  const broken = text => String(text ?? "").split(/(?<=[:;,/_.])(?=[^\s\d])/).flatMap((part, i) => i === 0 ? [part] : [make("wbr"), part]);

  function row(table, ...cells) { table.append(make("tr", {}, ...cells.map((cell, i) => i === 0 && cell !== "" ? make("th", { scope: "row" }, cell) : make("td", {}, ...broken(cell))))); }

  const perMillion = share => number(1e6 * share, 3) + " in a million";

  function describe(weight) {
    const table = make("table", {}), other = weight.other;
    if (against) row(table, "", "this", "other");
    else if (weight.declared) row(table, "", "measured", "declared");
    const second = key => other ? number(other[key], 4) : weight.declared ? number(weight.declared[key], 4) : undefined;
    if (weight.mean !== null) {
      row(table, "mean", number(weight.mean, 4), second("mean"));
      row(table, "deviation", number(weight.std, 4), second("std"));
      row(table, "smallest", number(weight.min, 4), second("min"));
      row(table, "largest", number(weight.max, 4), second("max"));
    }
    if (weight.declared && weight.declared.beyond && !against) row(table, "beyond", "", perMillion(weight.declared.beyond));
    for (const there of weight.elsewhere || []) table.append(make("tr", {}, make("th", { scope: "row" }, "elsewhere"), make("td", { colSpan: 2 }, ...broken(there.who + ": deviation " + number(there.std, 4)
      + (there.max === null ? "" : ", " + (there.min === -there.max ? "within ±" + number(there.max, 4) : number(there.min, 4) + " to " + number(there.max, 4)))
      + (there.beyond ? ", but for " + perMillion(there.beyond) : "")))));
    if (other && other.difference !== undefined)
      table.append(make("tr", {}, make("th", {}, "difference"), make("td", { colSpan: 2 }, other.difference === 0 ? "none: the same values" : other.difference > 1e300 ? "not a number in one of the two" : "up to " + number(other.difference))));
    if (weight.fans) row(table, "fans", "in " + number(weight.fans.in, 6) + ", out " + number(weight.fans.out, 6), weight.mode + " by " + weight.fans.rule);
    if (weight.layerFans && weight.fans) row(table, "layer's", "in " + number(weight.layerFans.in, 6) + ", out " + number(weight.layerFans.out, 6), weight.layerFans.rule);
    if (weight.seeds && weight.seeds.length) table.append(make("tr", {}, make("th", {}, "seed"), make("td", { colSpan: 2 }, weight.seeds.join(", "))));
    if (weight.bad) row(table, "not finite", whole(weight.bad));
    return table;
  }

  const watcher = new IntersectionObserver(entries => entries.forEach(entry => {
    if (!entry.isIntersecting) return;
    drawPlot(entry.target);
  }), { rootMargin: "300px" });

  const undrawn = () => [...document.querySelectorAll(".plot[data-weight]:not([data-drawn])")];

  function drawPlot(plot) {
    if (plot.dataset.drawn) return;
    plot.dataset.drawn = "yes";
    watcher.unobserve(plot);
    histogram(plot, weights[Number(plot.dataset.weight)]);
  }

  /** Draws what nobody has scrolled to while the page is idle, a few at a time: a picture of the whole page has all. */
  function drawRest() {
    const rest = undrawn().slice(0, 4);
    rest.forEach(drawPlot);
    root.dataset.drawn = document.querySelectorAll(".plot[data-drawn]").length;
    if (rest.length > 0) later(drawRest);
  }

  const later = window.requestIdleCallback ? work => requestIdleCallback(work, { timeout: 1000 }) : work => setTimeout(work, 50);

  // Paper has everything that the search found: every card, every histogram, every list opened.
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = { limit, tables: tables.map(table => table.whole()), theme: root.dataset.theme, closed: [...document.querySelectorAll("main details:not([open])")] };
    limit = weights.length;
    refresh();
    before.closed.forEach(details => { details.open = true; });
    root.dataset.theme = "light";
    undrawn().forEach(drawPlot);
    for (const redraw of redraws) redraw();
    root.dataset.printed = document.querySelectorAll("#cards canvas").length;
  });
  window.addEventListener("afterprint", () => {
    if (!before) return;
    before.closed.forEach(details => { details.open = false; });
    limit = before.limit;
    root.dataset.theme = before.theme;
    before.tables.forEach(restore => restore());
    before = null;
    for (const redraw of redraws) redraw();
    refresh();
  });

  function card(index) {
    if (cards.has(index)) return cards.get(index);
    const weight = weights[index], flagged = weight.warnings && weight.warnings.length > 0;
    const sampled = weight.read > 0 && weight.read < weight.elements;
    const element = make("article", { class: flagged ? "card flagged" : "card", id: "w" + index },
      make("h3", {}, make("bdi", {}, ...broken(weight.name))),
      make("div", { class: "soft" }, make("bdi", {}, [weight.class, weight.initializer].filter(Boolean).join(", ")), make("div", {}, weight.shape + " " + weight.type + ", " + bytes(weight.bytes)
        + (sampled ? "; " + whole(weight.read) + " of " + whole(weight.elements) + " values read" : ""))));
    if (weight.histogram) {
      const plot = make("div", { class: "plot" });
      plot.dataset.weight = index;
      element.append(plot);
      watcher.observe(plot);
    } else {
      element.append(make("div", { class: "plain" }, weight.unread ? "Not shown: " + weight.unread + "."
        : weight.elements === 0 ? "No values." : weight.min === null ? "No finite value." : "Every value is " + number(weight.min, 6) + "."));
    }
    const outside = weight.histogram ? weight.histogram.below + weight.histogram.above : 0;
    if (outside > 0) element.append(make("div", { class: "soft" }, whole(outside) + " values lie outside of the picture."));
    if (against && weight.missing) element.append(make("div", { class: "soft" }, weight.missing));
    element.append(describe(weight));
    for (const warning of weight.warnings || []) element.append(make("p", { class: "warning" }, make("bdi", {}, warning.text)));
    cards.set(index, element);
    return element;
  }

  const texts = weights.map(weight => [weight.name, weight.class, weight.initializer, weight.shape, weight.type, ...(weight.warnings || []).map(warning => warning.code)].join(" ").toLowerCase());
  const page = 60;
  let limit = page;

  // The columns of those things that some weight has.
  const column = (title, key, cell, kind = "number") => weights.some(weight => key(weight) !== null && key(weight) !== undefined)
    ? [{ title, key: index => key(weights[index]), numeric: kind === "number", class: kind, cell: index => cell(weights[index], index) }] : [];
  const amount = (title, key) => column(title, key, weight => number(key(weight), 4));
  const list = sortableTable(byId("list"), "Every weight, one a row", [
    ...column("weight", weight => weight.name, (weight, index) => make("a", { href: "#w" + index, onclick: event => { event.preventDefault(); goTo(index); } }, make("bdi", {}, ...broken(weight.name))), "name"),
    ...column("class", weight => weight.class || null, weight => make("bdi", {}, weight.class || ""), "word"),
    ...column("initializer", weight => weight.initializer || null, weight => make("bdi", {}, weight.initializer || ""), "word"),
    ...column("shape", weight => weight.shape, weight => weight.shape, "shape"),
    ...column("parameters", weight => weight.elements, weight => whole(weight.elements)),
    ...amount("mean", weight => weight.mean),
    ...amount("deviation", weight => weight.std),
    ...(against ? amount("deviation there", weight => weight.other ? weight.other.std : null) : amount("declared", weight => weight.declared ? weight.declared.std : null)),
    ...column("difference", weight => weight.other ? weight.other.difference ?? null : null, weight => weight.other && weight.other.difference !== undefined ? weight.other.difference > 1e300 ? "not a number" : number(weight.other.difference) : "–"),
    ...amount("smallest", weight => weight.min),
    ...amount("largest", weight => weight.max),
    ...column("warnings", weight => weight.warnings ? weight.warnings.length : null, weight => (weight.warnings || []).map(warning => warning.code).join(", "), "word"),
  ], order => place(order));
  let shown = [];

  /** A search looks at constants, too: the box says so as long as there is one. */
  let chosen = false;
  function showConstants(searching) {
    const box = byId("constants");
    if (searching && !box.disabled) chosen = box.checked;
    if (searching) box.checked = true;
    else if (box.disabled) box.checked = chosen;
    box.disabled = searching;
    return box.checked;
  }

  function refresh() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const onlyFlagged = byId("flagged").checked, constants = showConstants(words.length > 0);
    const hits = [];
    let hidden = 0;
    weights.forEach((weight, index) => {
      if (!words.every(word => texts[index].includes(word))) return;
      if (onlyFlagged && !(weight.warnings && weight.warnings.length)) return;
      if (!constants && isConstant(weight) && !(weight.warnings && weight.warnings.length)) { hidden++; return; }
      hits.push(index);
    });
    byId("count").textContent = hits.length + " of " + weights.length + " weights" + (hidden > 0 ? ", " + hidden + (hidden === 1 ? " constant" : " constants") + " not shown" : "");
    root.dataset.hits = hits.length;
    byId("more").hidden = hits.length <= limit;
    place(list.refill(hits, limit > page ? hits.length : 20));
  }

  /** The cards in the order of the table. */
  function place(order) {
    shown = order;
    byId("cards").replaceChildren(...order.slice(0, limit).map(card));
    later(drawRest);
  }

  function goTo(index) {
    tip.hidden = true;
    byId("search").value = "";
    byId("flagged").checked = false;
    showConstants(false);
    byId("constants").checked = byId("constants").checked || isConstant(weights[index]);
    refresh();
    limit = Math.max(limit, shown.indexOf(index) + 1);
    byId("more").hidden = shown.length <= limit;
    place(shown);
    document.querySelectorAll(".found").forEach(element => element.classList.remove("found"));
    const element = card(index);
    element.classList.add("found");
    element.scrollIntoView({ block: "center" });
  }

  byId("filter").addEventListener("submit", event => event.preventDefault());
  for (const id of ["search", "flagged", "constants"]) byId(id).addEventListener("input", () => { limit = page; refresh(); });
  byId("logarithmic").addEventListener("input", () => { for (const redraw of redraws) redraw(); });
  byId("more").addEventListener("click", () => { limit += page; byId("more").hidden = shown.length <= limit; place(shown); });

  // #q=WORDS opens the page with a search, so that a link can point to it.
  if (location.hash.startsWith("#q=")) {
    try { byId("search").value = decodeURIComponent(location.hash.slice(3)); } catch { /* a hash that is no text is no search */ }
  }
  if (weights.length > 0 && weights.every(isConstant)) byId("constants").checked = true;
  refresh();
  root.dataset.width = root.scrollWidth;
  root.dataset.window = root.clientWidth;
  root.dataset.ready = "yes";
  later(drawRest);
})();
