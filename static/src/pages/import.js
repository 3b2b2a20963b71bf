import { dropFiles } from "../import/drop.js";
import { Passages } from "../import/passages.js";
import { Preview } from "../import/preview.js";
import { find } from "../page/data.js";

const form = find("[data-drop-form]");
if (form) dropFiles(form);

const preview = find("[data-preview]");
if (preview) {
  const pages = new Preview(preview);
  const passages = new Passages(find("[data-import-form]"), () => pages.show(passages.ranges));
  pages.onBar((bar) => passages.take(bar));
  pages.show(passages.ranges);
}
