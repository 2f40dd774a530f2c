// Ways to look at a picture: as it is; its middle magnified, where modules that are small or out of focus show edges
// between their pixels; its middle softened, where the grain of a dark room goes under in the mean.

const MIDDLE_SHARE = 8 / 9;
// More would only take time.
const MAGNIFIED_SIDE_MAX = 1_920;
const TIMES = 2;
let canvas = null;

const VIEWS = {
  whole: (picture) => drawn(picture, { left: 0, top: 0, width: picture.width, height: picture.height }, 1),
  magnified: (picture) => drawn(picture, middleOf(picture), Math.min(TIMES, MAGNIFIED_SIDE_MAX / middleOf(picture).width)),
  softened: (picture) => softened(drawn(picture, middleOf(picture), 1)),
};

// Returns the pixels of one view; null where there is only the picture as it is.
function pixelsOf(picture, view) {
  // Where a worker has no canvas the page sends pixels.
  if (!(picture instanceof ImageBitmap)) return view === "whole" ? picture : null;
  return VIEWS[view](picture);
}

function middleOf({ width, height }) {
  const side = Math.round(Math.min(width, height) * MIDDLE_SHARE);
  return { left: Math.round((width - side) / 2), top: Math.round((height - side) / 2), width: side, height: side };
}

function drawn(picture, { left, top, width, height }, times) {
  const [wide, high] = [Math.round(width * times), Math.round(height * times)];
  if (canvas?.width !== wide || canvas?.height !== high) canvas = new OffscreenCanvas(wide, high);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, left, top, width, height, 0, 0, wide, high);
  return context.getImageData(0, 0, wide, high);
}

// The mean of nine neighbours in each place; one colour is enough, the codes have none.
function softened({ data, width, height }) {
  const soft = new ImageData(width, height);
  soft.data.fill(255);
  const row = width * 4;
  for (let at = row + 4; at < data.length - row - 4; at += 4) {
    let sum = 0;
    for (let near = at - row; near <= at + row; near += row) sum += data[near - 4] + data[near] + data[near + 4];
    soft.data[at] = soft.data[at + 1] = soft.data[at + 2] = sum / 9;
  }
  return soft;
}
