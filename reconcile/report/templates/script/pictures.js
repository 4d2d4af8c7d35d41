// Small pictures of images, where the page was written with any: URL -> data: URI.

let pictureOf = null;
const pictureLines = linesOf("pictures");

function picture(url, className) {
  pictureOf ??= new Map(pictureLines.filter(Boolean).map(parseLine));
  const uri = pictureOf.get(url);
  if (!uri) return null;
  const image = make("img", className);
  image.alt = "";
  image.src = uri;
  image.decoding = "async";
  return image;
}

const PICTURED = new Set(["thumbnail", "images"]);
const hasPictures = pictureLines.filter(Boolean).length > 0;

// An image by its URL: the picture with the text below it, or the text alone.
function imageOf(url, className) {
  const shown = typeof url === "string" ? picture(url, "picture") : null;
  return shown ? make("figure", className, shown, make("figcaption", "", url)) : make("figure", `${className} text`, url);
}

const asList = (value) => (value === null || value === undefined || value === "" ? [] : isList(value) ? value : [value]);

// Before and after next to each other: what went, what came, what stays.
function imageGallery(before, after) {
  const had = asList(before), has = asList(after);
  const all = [...new Set([...had, ...has])];
  return make("div", "gallery", ...all.map((url) =>
    imageOf(url, !has.includes(url) ? "gone" : had.includes(url) ? "" : "come")));
}

const createdGallery = (value) => make("div", "gallery", ...asList(value).map((url) => imageOf(url, "")));

const anyPicture = (...values) => hasPictures
  && values.flatMap(asList).some((url) => typeof url === "string" && picture(url, "") !== null);
