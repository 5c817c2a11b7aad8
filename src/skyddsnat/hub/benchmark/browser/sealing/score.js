// How answers to the maturity model become a score; the twin of policy/maturity.py.  Fractions of whole numbers, no floating point.
export const NOT_APPLICABLE = "na";

// model: {max_na, areas: [{id, questions: [{id, weight}]}]}; answers: Map of question id to a level, "na" or null.
export function score(model, answers) {
  const areas = model.areas.map(({ id, questions }) => {
    const given = questions.map((question) => [question, answers.get(question.id) ?? null]);
    const levels = given.filter(([, answer]) => typeof answer === "number");
    const points = levels.reduce((sum, [question, level]) => sum + question.weight * level, 0);
    const weights = levels.reduce((sum, [question]) => sum + question.weight, 0);
    const skipped = given.filter(([, answer]) => answer === NOT_APPLICABLE).length;
    const scored = weights > 0 && skipped <= model.max_na;
    return { id, points, weights, levels, skipped, open: given.filter(([, answer]) => answer === null).length, score: scored ? [points, weights] : null };
  });
  const scored = areas.filter((area) => area.score);
  const [top, bottom] = scored.reduce(([a, b], { score: [c, d] }) => [a * d + c * b, b * d], [0, 1]);
  return { areas, total: scored.length ? [top, bottom * scored.length] : null, complete: !areas.some((area) => area.open) };
}

// A fraction as text with two decimals, half to even, as Python's Decimal rounds.
export function decimals([top, bottom]) {
  const [a, b] = [BigInt(top) * 100n, BigInt(bottom)];
  let cut = a / b;
  const twice = 2n * (a - cut * b);
  if (twice > b || (twice === b && cut % 2n === 1n)) cut += 1n;
  return `${cut / 100n}.${String(cut % 100n).padStart(2, "0")}`;
}
