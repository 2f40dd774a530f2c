// Signs as drawings: a phone's font may lack any character.

const SPACE = "http://www.w3.org/2000/svg";
// In a square of 24, drawn with a broad round pen.
const PATHS = {
  good: "M5 13l5 5L19.5 7", taken: "M12 19V6M6 11.5L12 5.5l6 6", again: "M19 12a7 7 0 1 1-2.300-5.200M19 3.5v4.5h-4.5",
  look: "M12 11v7M12 6.5v.01", ask: "M8.5 9a3.5 3.5 0 1 1 5 3.200c-1 .6-1.5 1.200-1.5 2.300M12 18.5v.01",
  stop: "M6 6l12 12M18 6L6 18", hold: "M8.5 12V5.5M11.5 11V4M14.5 11V5M17.5 13V7.5M17.5 12.5c0 4-2 7.5-5.5 7.5S7 17.5 5.5 13.5",
  erase: "M9 6h11v12H9l-5-6zM12 10l5 4M17 10l-5 4",
  wait: "M6 12v.01M12 12v.01M18 12v.01", down: "M6 9l6 6 6-6", close: "M6 6l12 12M18 6L6 18",
  mark: "M3 12c3 0 3-3 6-3s3 3 6 3 3-3 6-3M3 18c3 0 3-3 6-3s3 3 6 3 3-3 6-3", alarm: "M12 5v9M12 18.5v.01",
  type: "M4 7h16v10H4zM8 11v.01M12 11v.01M16 11v.01M9 14h6", photo: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  camera: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 12h8", torch: "M8 3h8v4l-2 3v11h-4V10L8 7zM12 13v2",
};

export function icon(name) {
  const svg = document.createElementNS(SPACE, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
