// What every page does: takes data out of its script elements, counts, makes elements.

const byId = (id) => document.getElementById(id);

function takeText(id) {
  const element = byId(id);
  const text = element.textContent;
  element.remove();
  return text;
}

const count = new Intl.NumberFormat("en").format;
const counted = (size, one, many) => `${count(size)} ${size === 1 ? one : many}`;

// Text from shops is only ever set as textContent. What would turn or hide it is spelled out.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

function visible(text) {
  return String(text).replace(UNSEEN, (char) => {
    const code = char.codePointAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.map((child) => (child instanceof Node ? child : visible(child))));
  return element;
}

function makeButton(className, ...children) {
  const button = make("button", className, ...children);
  button.type = "button";
  return button;
}

// What is said where a value has nothing to show; "" where it has something.
function nothingIn(value) {
  if (value === null || value === undefined) return "no value";
  return value === "" ? "empty text" : "";
}
