// Shamir shares in GF(2^89 - 1), and the layout of what is shared; the twin of mpc/shares.py and mpc/layout.py.
export const P = 2n ** 89n - 1n;
export const WIDTH = 12;

export const bitsOf = (item) => (item.max + 1).toString(2).length;

// All values, all presence, all measured, the bits of the values, the bits of (max - value): least significant first.
export function layout(items, values, measured) {
  const rows = items.map((item) => ({ item, value: values.get(item.id) ?? null }));
  const present = ({ value }) => (value === null ? 0n : 1n);
  const bits = (size, value) => Array.from({ length: size }, (_, at) => (value >> BigInt(at)) & 1n);
  return [
    ...rows.map(({ value }) => value ?? 0n),
    ...rows.map(present),
    ...rows.map((row) => (present(row) && measured.has(row.item.id) ? 1n : 0n)),
    ...rows.flatMap(({ item, value }) => bits(bitsOf(item), value ?? 0n)),
    ...rows.flatMap(({ item, value }) => bits(bitsOf(item), BigInt(item.max) - (value ?? 0n))),
  ];
}

// A uniform element: reject, never reduce.
function element() {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(WIDTH));
    bytes[0] &= 1; // 89 bits
    const drawn = bytes.reduce((so_far, byte) => (so_far << 8n) | BigInt(byte), 0n);
    if (drawn < P) return drawn;
  }
}

function put(target, at, value) {
  for (let byte = 0; byte < WIDTH; byte += 1) target[at + byte] = Number((value >> BigInt(8 * byte)) & 255n);
}

// Three parties' shares, WIDTH bytes an element, little-endian: party i (from 0) gets f(i + 1).
export function split(elements, slopes = elements.map(element)) {
  return [1n, 2n, 3n].map((x) => {
    const share = new Uint8Array(elements.length * WIDTH);
    elements.forEach((value, at) => put(share, at * WIDTH, (value + slopes[at] * x) % P));
    return share;
  });
}

// The value behind three shares; throws when they are no line.
export function together([first, second, third]) {
  const mod = (value) => ((value % P) + P) % P;
  if (mod(first - 2n * second + third) !== 0n) throw new Error("not_on_a_line: the parties' shares do not fit together");
  return mod(2n * first - second);
}
