/**
 * What a script says, in the page's language. English stands in the code; another language's words are loaded before
 * the page's own script (base.html) from what `scripts/messages.py compile` made of locale/<language>/.
 */
const language = globalThis.document?.documentElement.lang || "en";
const words = globalThis.woodshedWords ?? {};
const plural = new Intl.PluralRules(language);
const figures = new Intl.NumberFormat(language, { useGrouping: "min2", maximumFractionDigits: 3 });

// British: "A, B and C", without a second comma.
const conjunction = new Intl.ListFormat(language === "en" ? "en-GB" : language, { type: "conjunction" });

/** `t("Bar {bar}", { bar: 3 })`: the facts stand in braces, and numbers are written as the language writes them. */
export function t(text, facts = {}) {
  return filled(words[text] ?? text, facts);
}

/** `tn("{n} take", "{n} takes", 2)`: the number is a fact called n. */
export function tn(one, many, n, facts = {}) {
  const forms = words[one] ?? { one, other: many };
  return filled(forms[plural.select(n)] ?? forms.other, { n, ...facts });
}

/** "1.5", or "1,5" where the page speaks German. */
export const figure = (number) => figures.format(number);

/** "A, B and C". */
export const list = (parts) => conjunction.format(parts);

export { language };

function filled(text, facts) {
  return text.replace(/\{(\w+)\}/g, (place, name) => {
    const fact = facts[name];
    return fact === undefined || fact === null ? place : typeof fact === "number" ? figures.format(fact) : String(fact);
  });
}
