// What a person sees, hears and feels: each kind of answer has its own colour, sign, words, sound and beat, so that
// none of them alone must be noticed.

// The outcome null is the device's own "taken".
const TONES = {
  RECORDED: "good", null: "taken", REPEATED: "again", ALREADY_DONE: "again", LOOKED_UP: "look", GOODS_CODE: "look",
  WORK_TAKEN: "taken", WORK_DONE: "good", WORK_REFUSED: "ask", LOT_FIRST: "ask",
  NOT_ON_ROUND: "ask", PROOF_MISSING: "ask", CARD_FIRST: "ask", DISPUTED: "hold", RECALLED: "hold",
};

// Notes as [frequency, seconds]; the wave tells a stop from a go even in a bad loudspeaker.
const SOUNDS = {
  good: { wave: "sine", notes: [[880, 0.08], [1320, 0.14]] },
  taken: { wave: "sine", notes: [[990, 0.07]] },
  again: { wave: "triangle", notes: [[660, 0.09], [0, 0.05], [660, 0.09]] },
  look: { wave: "sine", notes: [[660, 0.05], [880, 0.05]] },
  ask: { wave: "triangle", notes: [[520, 0.12], [780, 0.2]] },
  stop: { wave: "square", notes: [[220, 0.2], [165, 0.32]] },
  hold: { wave: "square", notes: [[140, 0.3], [0, 0.08], [140, 0.3], [0, 0.08], [140, 0.3]] },
};
const BEATS = {
  good: [50], taken: [30], again: [40, 60, 40], look: [20], ask: [80, 60, 80], stop: [300, 100, 300],
  hold: [400, 120, 400, 120, 400],
};
const LOUDNESS = 0.35;
let context = null;

export const toneOf = (outcome) => TONES[outcome] ?? "stop";

// A browser lets a page sound only after it was touched.
export function wake() {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume().catch(() => {});
  } catch {
    // Without sound the colour and the words remain.
  }
}

export function sound(tone) {
  navigator.vibrate?.(BEATS[tone]);
  if (context?.state !== "running") return;
  const { wave, notes } = SOUNDS[tone];
  let at = context.currentTime;
  for (const [frequency, seconds] of notes) {
    if (frequency) play(wave, frequency, at, seconds);
    at += seconds;
  }
}

function play(wave, frequency, at, seconds) {
  const note = context.createOscillator();
  const gain = context.createGain();
  note.type = wave;
  note.frequency.value = frequency;
  gain.gain.setValueAtTime(LOUDNESS, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  note.connect(gain).connect(context.destination);
  note.start(at);
  note.stop(at + seconds);
}
