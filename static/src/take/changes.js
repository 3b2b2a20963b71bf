import { t, tn } from "../page/words.js";
import { barsInWords } from "../score/bars.js";

/** What became of the notes from the earlier of two takes to the later, in a few sentences. */
export function changes(before, now, notes) {
  const facts = { before: before.short, now: now.short, grade: gradeWords(now.assessment.grade.overall, before.assessment.grade.overall) };
  const first = t("From {before} to {now}: {grade}", facts);
  if (!before.same || !now.same) return `${first} ${t("They were read from different pages, so their notes can’t be laid beside each other.")}`;
  const right = (side, note) => side.looks.get(note.id).kind === "right";
  const better = notes.filter((note) => right(now, note) && !right(before, note));
  const worse = notes.filter((note) => !right(now, note) && right(before, note));
  const still = notes.filter((note) => !right(now, note) && !right(before, note));
  const told = [
    better.length && t("Now right: {notes}.", { notes: named(better, now) }),
    worse.length && t("No longer right: {notes}.", { notes: named(worse, now) }),
    still.length && t("Not right yet: {notes}.", { notes: named(still, now) }),
    !better.length && !worse.length && t("The same notes were right."),
  ];
  return [first, ...told.filter(Boolean)].join(" ");
}

function gradeWords(now, before) {
  if (now === null || before === null) return "";
  const moved = Math.round(now) - Math.round(before);
  if (!moved) return t("the grade is the same.");
  return moved > 0 ? tn("{n} point more.", "{n} points more.", moved) : tn("{n} point less.", "{n} points less.", -moved);
}

// More than this is a crowd: then the bars say it.
const NAMED = 6;

function named(notes, side) {
  if (notes.length > NAMED) return t("{n} notes in {bars}", { n: notes.length, bars: barsInWords(notes.map((note) => note.bar)) });
  const bars = Map.groupBy ? [...Map.groupBy(notes, (note) => note.bar)] : [...new Set(notes.map((note) => note.bar))].map((bar) => [bar, notes.filter((note) => note.bar === bar)]);
  return bars.map(([bar, all]) => t("{notes} in {bar}", { notes: all.map((note) => side.looks.get(note.id).name).join(", "), bar: barsInWords([bar]) })).join("; ");
}
