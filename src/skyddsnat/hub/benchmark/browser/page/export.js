// The own view to take along: a table, or slides to print.  Made here, so that own values stay here.
import { download } from "./texts.js";

const cell = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
const said = (field, name) => field.querySelector(`[data-row="${name}"] td`)?.textContent ?? "";

export function exportTable(facts, rows, text, placed) {
  const head = ["column_metric", "column_members", "column_median", "column_quartiles", "column_own", "column_place", "column_change"].map((name) => text(name));
  const lines = rows.map((row) => {
    const { field, known, code } = row;
    const quartiles = ["q1", "q3"].map((name) => said(field, name)).filter(Boolean).join(" / ");
    const hidden = field.querySelector(".result-hidden")?.textContent.trim();
    const place = [row.end ? row.said[code === null ? 0 : 1] : "", row.place === undefined ? "" : placed(row, text)].filter(Boolean).join(", ");
    return [`${field.dataset.name} (${field.dataset.item})`, known?.members, hidden ?? said(field, "median"), quartiles, known && code !== null ? known.labels[code] : "", place, field.querySelector(".result-change")?.textContent.trim()];
  });
  const table = [["ID", ...head], ...lines.map((line, at) => [rows[at].field.dataset.item, ...line])];
  download(`skyddsnat-${facts.round}-${facts.member}.csv`, `\ufeff${table.map((line) => line.map(cell).join(";")).join("\r\n")}\r\n`, "text/csv;charset=utf-8");
}

// One group of metrics a page, 16:9; the sheet is chosen by the style sheet.
export function printSlides() {
  document.documentElement.dataset.slides = "";
  addEventListener("afterprint", () => delete document.documentElement.dataset.slides, { once: true });
  print();
}
