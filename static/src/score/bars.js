import { t, list } from "../page/words.js";

/** A pickup is bar 0 in the score's own numbers, and nobody calls it so. */
export const barName = (number) => (number === 0 ? t("upbeat") : t("bar {number}", { number }));

/** `bars 2, 5 and 6` */
export function barsInWords(numbers) {
  const bars = [...new Set(numbers)].sort((a, b) => a - b);
  if (bars.length < 2) return bars.map(barName).join("");
  if (bars[0] === 0) return t("upbeat and {bars}", { bars: barsInWords(bars.slice(1)) });
  return t("bars {numbers}", { numbers: list(bars.map(String)) });
}

export const capital = (words) => words[0].toUpperCase() + words.slice(1);
