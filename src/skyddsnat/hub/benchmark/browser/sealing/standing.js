// What a member's own place means, and whether it can be true of the own code and the released median.

// Which end a third is: "best", "middle", "last"; of a neutral metric "high", "between", "low", which is no order of merit.
export function endOf(third, direction) {
  if (direction === "neutral") return ["low", "between", "high"][third];
  return (direction === "higher" ? ["last", "middle", "best"] : ["best", "middle", "last"])[third];
}

// Twice the rank from 0 at the lowest value becomes a rank from 1 at the better end: {rank: "2" or "2–3", shared}.
export function rankOf(place, members, direction) {
  const doubled = direction === "lower" ? place : 2 * (members - 1) - place;
  const [low, high] = [Math.floor(doubled / 2) + 1, Math.ceil(doubled / 2) + 1];
  return { rank: low === high ? String(low) : `${low}–${high}`, shared: low !== high };
}

// -1 below the median, 0 on it, 1 above it.  median: [numerator, denominator] as texts.
export const sideOf = (code, [top, bottom]) => Math.sign(code * Number(bottom) - Number(top));

// Whoever has more members below than above is at or above the median: false when the parties' word cannot be true.
export function fits({ code, median, members, third, place, side }) {
  const balance = place === undefined ? null : Math.sign(place - (members - 1));
  if (place !== undefined && third !== undefined && third !== thirdOf(place - (members - 1), members)) return false;
  if (code === null || !median) return true;
  const own = sideOf(code, median);
  if (balance !== null && (balance === 0 ? own !== 0 : own * balance < 0)) return false;
  if (third !== undefined && third !== 1 && own * (third - 1) < 0) return false;
  return side === undefined || own * (side - 1) >= 0;
}

// As policy.benchmark.disclosure.third works it out.
const thirdOf = (balance, members) => [-Math.floor(members / 3), Math.ceil(members / 3)].filter((edge) => balance >= edge).length;
