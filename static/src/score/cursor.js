/** A thin line that goes over the score with the music. It takes beats or seconds: whatever `onsets` are in. */
export class Cursor {
  constructor(holder) {
    this.holder = holder;
    this.line = document.createElement("div");
    this.line.className = "cursor";
    this.line.hidden = true;
    holder.append(this.line);
    this.stops = [];
  }

  /** stops: [{onset, ids}], in order; `end` is where the last one ends. */
  follow(stops, end) {
    this.stops = stops;
    this.end = end;
    this.measure();
  }

  measure() {
    const origin = this.holder.getBoundingClientRect();
    this.places = this.stops.map((stop) => {
      const note = this.holder.querySelector(`#${CSS.escape(stop.ids[0])}`);
      const head = (note?.querySelector(".notehead") ?? note)?.getBoundingClientRect();
      const staff = note?.closest(".staff")?.getBoundingClientRect();
      if (!head || !staff) return null;
      return { x: head.left - origin.left, top: staff.top - origin.top - 6, height: staff.height + 12, right: staff.right - origin.left };
    });
  }

  at(time) {
    const index = this.stops.findLastIndex((stop) => stop.onset <= time);
    const here = this.places?.[Math.max(index, 0)];
    if (!here || (this.end !== undefined && time > this.end)) return this.hide();
    const next = this.places[index + 1];
    const until = this.stops[index + 1]?.onset ?? this.end ?? time + 1;
    // The system's end stands in for a next note that is on another line.
    const goal = next && Math.abs(next.top - here.top) < 4 && next.x > here.x ? next.x : here.right;
    const share = index < 0 ? 0 : Math.min((time - this.stops[index].onset) / Math.max(until - this.stops[index].onset, 0.01), 1);
    this.line.hidden = false;
    this.line.style.height = `${here.height}px`;
    this.line.style.transform = `translate(${here.x + share * (goal - here.x)}px, ${here.top}px)`;
    if (index !== this.index) this.light(index);
  }

  light(index) {
    this.dim();
    this.index = index;
    const stop = this.stops[index];
    for (const id of stop?.ids ?? []) this.holder.querySelector(`#${CSS.escape(id)}`)?.classList.add("sounding");
    this.keepInView(this.places[index]);
  }

  keepInView(place) {
    if (!place) return;
    const y = this.holder.getBoundingClientRect().top + place.top;
    if (y < 0 || y + place.height > window.innerHeight * 0.75) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      window.scrollBy({ top: y - window.innerHeight * 0.25, behavior: calm ? "auto" : "smooth" });
    }
  }

  dim() {
    for (const lit of this.holder.querySelectorAll(".sounding")) lit.classList.remove("sounding");
    this.index = undefined;
  }

  hide() {
    this.line.hidden = true;
    this.dim();
  }
}
