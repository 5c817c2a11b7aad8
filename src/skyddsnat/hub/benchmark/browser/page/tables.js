// Reads "item, value" out of CSV or XLSX on this device.  An XLSX is a ZIP of XML: the browser inflates and parses it.
const CELL = /^([A-Z]+)[0-9]+$/;

function separated(text) {
  const rows = [];
  const separator = (text.split("\n", 1)[0].match(/;/g) ?? []).length ? ";" : text.split("\n", 1)[0].includes("\t") ? "\t" : ",";
  let [row, cell, quoted] = [[], "", false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') { cell += '"'; at += 1; } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) { row.push(cell); cell = ""; } else if (sign === "\n") { rows.push([...row, cell.replace(/\r$/, "")]); row = []; cell = ""; } else cell += sign;
  }
  return cell || row.length ? [...rows, [...row, cell]] : rows;
}

const LIMIT = 5_000_000;

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LIMIT) throw new Error("too_large");
    parts.push(value);
  }
  return new Blob(parts).text();
}

// Entries of a ZIP by its central directory.
function entries(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("malformed");
  const found = new Map();
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n -= 1) {
    const [method, size, name, extra, comment, local] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true), view.getUint32(at + 42, true)];
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), { method, data: bytes.subarray(start, start + size) });
    at += 46 + name + extra + comment;
  }
  return found;
}

async function workbook(bytes) {
  const files = entries(bytes);
  const xml = async (name) => {
    const file = files.get(name);
    if (!file) return null;
    const text = file.method === 8 ? await inflate(file.data) : new TextDecoder().decode(file.data);
    return new DOMParser().parseFromString(text, "application/xml");
  };
  const strings = [...((await xml("xl/sharedStrings.xml"))?.getElementsByTagName("si") ?? [])].map((each) => [...each.getElementsByTagName("t")].map((part) => part.textContent).join(""));
  const sheet = [...files.keys()].filter((name) => /^xl\/worksheets\/sheet[0-9]+\.xml$/.test(name)).sort()[0];
  const document_ = await xml(sheet);
  return [...document_.getElementsByTagName("row")].map((row) => {
    const cells = [];
    for (const cell of row.getElementsByTagName("c")) {
      const letters = cell.getAttribute("r")?.match(CELL)?.[1] ?? "A";
      const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      const value = cell.getElementsByTagName("v")[0]?.textContent ?? cell.getElementsByTagName("t")[0]?.textContent ?? "";
      cells[column] = cell.getAttribute("t") === "s" ? strings[Number(value)] : value;
    }
    return Array.from(cells, (cell) => cell ?? "");
  });
}

// Spreadsheets keep 0.1 as 0.10000000000000001: what a person typed has at most 15 digits.
const typed = (value) => (/^-?[0-9.]+(?:E-?[0-9]+)?$/i.test(value) && value.length > 15 ? String(Number(Number(value).toPrecision(15))) : value);

// Rows of [item, value as text].  Throws when the file is neither.
export async function readTable(file) {
  if (file.size > LIMIT) throw new Error("too_large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const rows = bytes[0] === 0x50 && bytes[1] === 0x4b ? await workbook(bytes) : separated(new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/^\ufeff/, ""));
  return rows.filter((row) => /^M(?:ET|Q)-/.test(row[0]?.trim() ?? "")).map((row) => [row[0].trim(), typed((row[1] ?? "").trim())]);
}

// The first item that stands twice, if any: which of its values is meant, only a person knows.  agent/benchmark/table.py refuses it too.
export function repeated(rows) {
  const names = rows.map(([name]) => name);
  return names.find((name, at) => names.indexOf(name) !== at);
}
