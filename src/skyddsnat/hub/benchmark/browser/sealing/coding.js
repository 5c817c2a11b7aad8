// A value becomes the code of its band, or an amount; the twin of protocols/benchmark/coding.py.  No floating point anywhere.
const PLACES = 12;
const WRITTEN = /^-?[0-9]{1,18}(?:[.,][0-9]{1,12})?$/;

// A number as people write it, in units of 10^-12.  Throws when it is none.
export function number(text) {
  const squeezed = text.trim().replaceAll("\u00a0", "").replaceAll(" ", "").replace(",", ".");
  if (!WRITTEN.test(squeezed)) throw new Error("malformed: not read as a number");
  const [whole, rest = ""] = squeezed.replace("-", "").split(".");
  const size = BigInt(whole + rest.padEnd(PLACES, "0"));
  return squeezed.startsWith("-") ? -size : size;
}

export function code(item, value) {
  return item.edges.filter((edge) => (item.upper_side ? number(edge) < value : number(edge) <= value)).length;
}

// Rounds half to even, as Python's Decimal does.
export function amount(item, value) {
  const unit = 10n ** BigInt(PLACES - item.decimals);
  let scaled = value / unit;
  const twice = 2n * (value - scaled * unit);
  if (twice > unit || (twice === unit && scaled % 2n === 1n)) scaled += 1n;
  if (value < 0n || scaled > BigInt(item.max)) throw new Error("malformed: beyond the largest amount");
  return scaled;
}

export const encode = (item, value) => (item.kind === "code" ? BigInt(code(item, value)) : amount(item, value));

// The band behind a code, as texts; null where it is open.
export function band(item, code) {
  return { low: code > 0 ? item.edges[code - 1] : null, high: code < item.edges.length ? item.edges[code] : null };
}
