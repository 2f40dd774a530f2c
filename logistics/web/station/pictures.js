// Ways to look at a picture: as it is; its middle magnified, where modules that are small show edges between their
// pixels; its middle softened, where the grain of a dark room goes under in the mean, or blotted, where scratches do;
// its middle sharpened, where the lens was out of focus; its middle inked, where dirt or pencil is lighter than print, or
// dabbed, where scratches are bare paper, too; its inmost part drawn finely, where modules are hardly larger than pixels.

const MIDDLE_SHARE = 8 / 9;
// More would only take time.
const MAGNIFIED_SIDE_MAX = 1_920;
const TIMES = 2;
// What is far away is small, and held in the middle: this share of the shorter side, so many times larger.
const [INMOST_SHARE, FINE_TIMES, FINE_REACH] = [1 / 3, 4, 3];
// How broad a blur is taken back, in how many rounds, and how far beyond black and white they may go meanwhile.
const [SPREAD, ROUNDS, LEAST, MOST] = [2, 6, -60, 315];
const [FINE_SPREAD, FINE_ROUNDS] = [1, 2];
// What is darker than this share of the way from the darkest to paper counts as ink; so many of a thousand places are
// darker than the darkest that counts, and lighter than paper.
const [INK_SHARE, DARKER, LIGHTER] = [0.35, 5, 20];
let canvas = null;

const VIEWS = {
  whole: (picture) => drawn(picture, { left: 0, top: 0, width: picture.width, height: picture.height }, 1),
  magnified: (picture) => drawn(picture, middleOf(picture), Math.min(TIMES, MAGNIFIED_SIDE_MAX / middleOf(picture).width)),
  softened: (picture) => enlarged(softened(drawn(picture, middleOf(picture), shareFor(picture)), 1)),
  blotted: (picture) => softened(drawn(picture, middleOf(picture), 1), 2),
  inked: (picture) => inked(drawn(picture, middleOf(picture), 1)),
  dabbed: (picture) => softened(inked(drawn(picture, middleOf(picture), 1)), 2),
  fine: (picture) => sharpened(finely(drawn(picture, middleOf(picture, INMOST_SHARE), 1)), FINE_SPREAD, FINE_ROUNDS),
  sharpened: (picture) => enlarged(sharpened(drawn(picture, middleOf(picture), shareFor(picture)), SPREAD, ROUNDS)),
};

// Returns the pixels of one view; null where there is only the picture as it is.
function pixelsOf(picture, view) {
  // Where a worker has no canvas the page sends pixels.
  if (!(picture instanceof ImageBitmap)) return view === "whole" ? picture : null;
  return VIEWS[view](picture);
}

function middleOf({ width, height }, share = MIDDLE_SHARE) {
  const side = Math.round(Math.min(width, height) * share);
  return { left: Math.round((width - side) / 2), top: Math.round((height - side) / 2), width: side, height: side };
}

function drawn(picture, { left, top, width, height }, times) {
  const [wide, high] = [Math.round(width * times), Math.round(height * times)];
  if (canvas?.width !== wide || canvas?.height !== high) canvas = new OffscreenCanvas(wide, high);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, left, top, width, height, 0, 0, wide, high);
  return context.getImageData(0, 0, wide, high);
}

// The mean of the neighbours in each place.
function softened({ data, width, height }, breadth) {
  return greyPicture(meanOf(greyOf(data), width, height, breadth), width, height);
}

// A lens that is out of focus spreads each place over its neighbours. What spreading would take from this picture is
// put back, and again from what that gave, until edges stand where they stood.
function sharpened({ data, width, height }, breadth, rounds) {
  const seen = greyOf(data);
  const guess = seen.slice();
  for (let round = 0; round < rounds; round += 1) {
    const spread = meanOf(meanOf(guess, width, height, breadth), width, height, breadth);
    for (let at = 0; at < guess.length; at += 1) guess[at] = Math.min(MOST, Math.max(LEAST, guess[at] + seen[at] - spread[at]));
  }
  return greyPicture(guess, width, height);
}

// Whatever is not nearly as dark as the darkest is paper.
function inked({ data, width, height }) {
  const grey = greyOf(data);
  const [darkest, paper] = levelsOf(grey);
  const range = Math.max(1, (paper - darkest) * INK_SHARE);
  for (let at = 0; at < grey.length; at += 1) grey[at] = Math.min(255, Math.max(0, (grey[at] - darkest) * 255 / range));
  return greyPicture(grey, width, height);
}

function levelsOf(grey) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] += 1;
  let [darkest, paper] = [0, 255];
  for (let dark = counts[0]; dark < grey.length * DARKER / 1000; dark += counts[darkest]) darkest += 1;
  for (let light = counts[255]; light < grey.length * LIGHTER / 1000; light += counts[paper]) paper -= 1;
  return [darkest, paper];
}

function enlarged(pixels) {
  const { width, height } = pixels;
  const plain = new OffscreenCanvas(width, height);
  plain.getContext("2d").putImageData(pixels, 0, 0);
  return drawn(plain, { left: 0, top: 0, width, height }, TIMES);
}

// Draws what stood between the pixels, by Lanczos' window: a module of little more than one pixel gets edges again, where
// the canvas would spread it over its neighbours.
function finely({ data, width, height }) {
  const times = Math.max(1, Math.min(FINE_TIMES, Math.floor(MAGNIFIED_SIDE_MAX / width)));
  const weights = lanczosOf(times);
  const [wide, high] = [width * times, height * times];
  const lines = new Float32Array(wide * height);
  const grey = new Float32Array(wide * high);
  const seen = greyOf(data);
  for (let y = 0; y < height; y += 1) stretch(seen, lines, { from: y * width, to: y * wide, stepFrom: 1, stepTo: 1, count: width }, weights);
  for (let x = 0; x < wide; x += 1) stretch(lines, grey, { from: x, to: x, stepFrom: wide, stepTo: wide, count: height }, weights);
  return greyPicture(grey, wide, high);
}

// How much each neighbour counts, for each of the places that one pixel becomes.
function lanczosOf(times) {
  return Array.from({ length: times }, (_, place) => {
    const at = (place + 0.5) / times - 0.5;
    const first = Math.floor(at) - FINE_REACH + 1;
    const raw = Array.from({ length: 2 * FINE_REACH }, (__, number) => lanczos(at - first - number));
    const sum = raw.reduce((total, one) => total + one, 0);
    return { first, shares: Float32Array.from(raw, (one) => one / sum) };
  });
}

function lanczos(distance) {
  if (distance === 0) return 1;
  if (Math.abs(distance) >= FINE_REACH) return 0;
  const turn = Math.PI * distance;
  return FINE_REACH * Math.sin(turn) * Math.sin(turn / FINE_REACH) / (turn * turn);
}

function stretch(source, target, { from, to, stepFrom, stepTo, count }, weights) {
  let place = to;
  for (let pixel = 0; pixel < count; pixel += 1) {
    for (const { first, shares } of weights) {
      let sum = 0;
      for (let number = 0; number < shares.length; number += 1) {
        sum += shares[number] * source[from + stepFrom * Math.min(count - 1, Math.max(0, pixel + first + number))];
      }
      target[place] = sum;
      place += stepTo;
    }
  }
}

const shareFor = (picture) => Math.min(1, MAGNIFIED_SIDE_MAX / TIMES / middleOf(picture).width);

// One colour is enough, the codes have none.
function greyOf(data) {
  const grey = new Float32Array(data.length / 4);
  for (let at = 0; at < grey.length; at += 1) grey[at] = data[at * 4 + 1];
  return grey;
}

function greyPicture(grey, width, height) {
  const picture = new ImageData(width, height);
  picture.data.fill(255);
  for (let at = 0; at < grey.length; at += 1) {
    picture.data[at * 4] = picture.data[at * 4 + 1] = picture.data[at * 4 + 2] = grey[at];
  }
  return picture;
}

// Sums that run along lines and columns: as fast for a broad mean as for a narrow one.
function meanOf(grey, width, height, breadth) {
  const lines = new Float32Array(grey.length);
  const mean = new Float32Array(grey.length);
  for (let y = 0; y < height; y += 1) run(grey, lines, y * width, 1, width, breadth);
  for (let x = 0; x < width; x += 1) run(lines, mean, x, width, height, breadth);
  return mean;
}

function run(from, to, start, step, count, breadth) {
  const at = (place) => from[start + step * Math.min(count - 1, Math.max(0, place))];
  let sum = 0;
  for (let place = -breadth; place <= breadth; place += 1) sum += at(place);
  for (let place = 0; place < count; place += 1) {
    to[start + step * place] = sum / (2 * breadth + 1);
    sum += at(place + breadth + 1) - at(place - breadth);
  }
}
