// A handheld scanner is a keyboard that types very fast. Its keys are caught for the whole page by their place on the
// board (`event.code`), so that no layout and no input method changes them, wherever the focus is.

// From so many keys on, at this pace, it is a scanner: further keys reach no field. A busy phone may stall for a while
// in the middle of a scan, so the pace is an average.
const KEYS_MIN = 5;
const PACE_MS_MAX = 60;
// After so long a pause something new begins.
const PAUSE_MS = 500;
const TEXT_LENGTH_MAX = 200;
const CODE_LENGTH = 20;
// A scanner without a closing key is over after this silence.
const SILENCE_MS = 160;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const SIGNS = { Slash: "/", NumpadDivide: "/", Period: ".", NumpadDecimal: ".", Minus: "-", NumpadSubtract: "-", Space: " " };

function signOf(event) {
  const { code } = event;
  if (/^Key[A-Z]$/.test(code)) return code[3];
  if (/^(Digit|Numpad)\d$/.test(code)) return code.at(-1);
  // No code holds a semicolon: the shift key may come late.
  if (code === "Semicolon") return ":";
  if (code in SIGNS) return SIGNS[code];
  // Soft keyboards and some handheld terminals name no place.
  return code === "" && event.key.length === 1 ? event.key.toUpperCase() : "";
}

const isField = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;

// Calls `onText` with what a scanner typed; `isComplete` tells whether a text is a whole code. Returns what stops it.
export function listen(onText, { isComplete }) {
  let text = "";
  let firstAt = 0;
  let lastAt = -Infinity;
  let field = null;
  let before = "";
  let silence = 0;

  const isScanner = () => text.length > KEYS_MIN && (lastAt - firstAt) / (text.length - 1) <= PACE_MS_MAX;

  function forget() {
    text = "";
    field = null;
    clearTimeout(silence);
  }

  // What a person typed just before does not spoil the scan; the end of a foreign address is no code of ours.
  function tail() {
    return text.includes("/") ? text.slice(Math.max(0, text.lastIndexOf("HTTP"))) : text.slice(-CODE_LENGTH);
  }

  // A slow link or a stalled phone stretches a scan beyond any pace: a whole code that no field asked for is one.
  const isSlowScan = () => !field && isComplete(tail());

  function finish() {
    const found = isComplete(tail()) && !isComplete(text) ? tail() : text;
    forget();
    onText(found);
  }

  // The first keys of a scan went into the field that had the focus: put back what it held.
  function takeBack() {
    if (field && field.value !== before) {
      field.value = before;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (ENDS.has(event.code || event.key)) {
      // The closing key of a scan that the silence has ended already presses no button.
      if (!text && event.timeStamp - lastAt <= PAUSE_MS) return swallow(event);
      if (!isScanner() && !isSlowScan()) return forget();
      swallow(event);
      takeBack();
      return finish();
    }
    const sign = signOf(event);
    if (!sign) return undefined;
    if (!text || event.timeStamp - lastAt > PAUSE_MS || text.length >= TEXT_LENGTH_MAX) begin(event);
    lastAt = event.timeStamp;
    text += sign;
    if (isScanner()) {
      swallow(event);
      takeBack();
      clearTimeout(silence);
      silence = setTimeout(() => { if (isComplete(text)) finish(); }, SILENCE_MS);
    }
    return undefined;
  }

  function begin(event) {
    forget();
    firstAt = event.timeStamp;
    field = isField(document.activeElement) ? document.activeElement : null;
    before = field?.value ?? "";
  }

  function swallow(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("keydown", onKey, { capture: true });
  return () => document.removeEventListener("keydown", onKey, { capture: true });
}
