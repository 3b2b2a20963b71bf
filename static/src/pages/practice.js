import { Desk } from "../practice/desk.js";
import { find, readData } from "../page/data.js";
import { getJSON } from "../page/requests.js";

const desk = readData("desk");

getJSON(desk.exercise_url)
  .then((exercise) => new Desk(desk, exercise).open())
  .catch((error) => {
    find("[data-state-line]").textContent = `The exercise could not be opened: ${error.message} Reload the page.`;
  });
