// Draw black boxes over a picture with finger, pen or mouse; the field beside it says them in thousandths.
const PER_MILLE = 1000;
const LEAST = 8;

for (const frame of document.querySelectorAll("[data-boxes]")) start(frame, document.getElementById(frame.dataset.boxes));

function start(frame, field) {
  if (!field) return;
  let drawn = null;
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = place(frame, event);
    drawn = frame.appendChild(document.createElement("span"));
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  frame.addEventListener("pointermove", (event) => {
    if (drawn) show(drawn, between(from, place(frame, event)));
  });
  frame.addEventListener("pointerup", (event) => {
    if (!drawn) return;
    const box = between(from, place(frame, event));
    if (box[2] < LEAST || box[3] < LEAST) drawn.remove();
    else field.value = [field.value, box.join(",")].filter(Boolean).join(";");
    drawn = null;
  });
  frame.addEventListener("pointercancel", () => { drawn?.remove(); drawn = null; });
  // Who empties or changes the field sees it at once.
  field.addEventListener("input", () => redraw(frame, field));
}

function redraw(frame, field) {
  frame.querySelectorAll("span").forEach((old) => old.remove());
  for (const part of field.value.split(";")) {
    const box = part.split(",").map(Number);
    if (box.length === 4 && box.every(Number.isFinite)) show(frame.appendChild(document.createElement("span")), box);
  }
}

function place(frame, event) {
  const edge = frame.querySelector("img").getBoundingClientRect();
  const within = (at, low, length) => Math.round(Math.min(1, Math.max(0, (at - low) / length)) * PER_MILLE);
  return [within(event.clientX, edge.left, edge.width), within(event.clientY, edge.top, edge.height)];
}

function between(one, other) {
  const [left, top] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  return [left, top, Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
}

function show(mark, [left, top, width, height]) {
  const percent = (value) => `${value / 10}%`;
  Object.assign(mark.style, { left: percent(left), top: percent(top), width: percent(width), height: percent(height) });
}
