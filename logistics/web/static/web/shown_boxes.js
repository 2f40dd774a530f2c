// Fetches the picture of a box when most of its place is on the screen: whose box was fetched has been shown it.

const SHOWN_SHARE = 0.6;

const watching = new IntersectionObserver(
  (places) => {
    for (const { isIntersecting, target } of places) {
      if (isIntersecting) {
        watching.unobserve(target);
        target.src = target.dataset.box;
      }
    }
  },
  { threshold: SHOWN_SHARE },
);
for (const picture of document.querySelectorAll("img[data-box]")) {
  watching.observe(picture);
}
