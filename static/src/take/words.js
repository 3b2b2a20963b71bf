/** `bars 2, 5 and 6` */
export function barsInWords(numbers) {
  const bars = [...new Set(numbers)].sort((a, b) => a - b).map(String);
  if (!bars.length) return "";
  return bars.length === 1 ? `bar ${bars[0]}` : `bars ${bars.slice(0, -1).join(", ")} and ${bars.at(-1)}`;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
