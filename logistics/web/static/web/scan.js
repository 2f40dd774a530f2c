// Makes the page ready for the next scan: the field has the focus, and the answer is heard and felt.

const field = document.getElementById("id_code");
const answer = document.querySelector("[data-tone]");
const TONES = { good: [880, 1320], again: [660, 660], stop: [220, 160] };
const BUZZ = { good: [60], again: [60, 60, 60], stop: [300, 100, 300] };
const NOTE_SECONDS = 0.12;

function play(frequencies) {
  const context = new AudioContext();
  frequencies.forEach((frequency, place) => {
    const start = context.currentTime + place * NOTE_SECONDS;
    const note = context.createOscillator();
    note.frequency.value = frequency;
    note.connect(context.destination);
    note.start(start);
    note.stop(start + NOTE_SECONDS * 0.9);
  });
}

if (answer) {
  const tone = answer.dataset.tone;
  try {
    play(TONES[tone] ?? TONES.stop);
  } catch {
    // A browser without sound still shows the colour and the words.
  }
  navigator.vibrate?.(BUZZ[tone] ?? BUZZ.stop);
}

// A handheld scanner types wherever the focus is: characters that no other field wants go to the code.
document.addEventListener("keydown", (event) => {
  const other = event.target instanceof HTMLElement && event.target.matches("input:not([type=radio]), select, textarea");
  if (!other && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    field.focus();
  }
});
for (const radio of document.querySelectorAll("input[name=step]")) {
  radio.addEventListener("change", () => field.focus());
}
field.select();
