import { find } from "../page/data.js";

// A link from an e-mail carries the code behind its #, where no server sees it.
const code = find("#id_code");
if (!code.value && /^#[A-Z0-9-]{4,20}$/.test(location.hash)) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
}
