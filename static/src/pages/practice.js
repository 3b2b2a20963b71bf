import { Desk } from "../practice/desk.js";
import { find, readData } from "../page/data.js";
import { getJSON } from "../page/requests.js";
import { t } from "../page/words.js";

const desk = readData("desk");

getJSON(desk.exercise_url)
  .then((exercise) => new Desk(desk, exercise).open())
  .catch((error) => {
    find("[data-state-line]").textContent = t("The exercise could not be opened: {why} Reload the page.", { why: error.message });
  });
