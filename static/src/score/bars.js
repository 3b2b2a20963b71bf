/** A pickup is bar 0 in the score's own numbers, and nobody calls it so. */
export const barName = (number) => (number === 0 ? "upbeat" : `bar ${number}`);

/** `bars 2, 5 and 6` */
export function barsInWords(numbers) {
  const bars = [...new Set(numbers)].sort((a, b) => a - b);
  if (bars.length < 2) return bars.map(barName).join("");
  if (bars[0] === 0) return `upbeat and ${barsInWords(bars.slice(1))}`;
  return `bars ${bars.slice(0, -1).join(", ")} and ${bars.at(-1)}`;
}

export const capital = (words) => words[0].toUpperCase() + words.slice(1);
