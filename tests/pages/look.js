// What a reader of the page has in front of them. It returns what `look.rs` reads.

const channel = value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]) =>
    0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
const color = text => text.match(/[\d.]+/g).map(Number);
const isSeen = ([, , , opacity]) => opacity === undefined || opacity > 0;

// The colour behind an element: that of the nearest one around it that has any.
function behind(element) {
    for (let one = element; one; one = one.parentElement) {
        const found = color(getComputedStyle(one).backgroundColor);
        if (isSeen(found)) return found;
    }
    return [255, 255, 255];
}

function contrast(element) {
    const both = [color(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
}

const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
const all = [...document.body.querySelectorAll("*")];
const read = all.filter(hasText);
const boxes = all.filter(one => one.type !== "hidden").map(one => one.getBoundingClientRect());
const runs = one => one.localName === "script" || [...one.attributes].some(({ name, value }) =>
    name.startsWith("on") || value.trim().toLowerCase().startsWith("javascript:"));

return {
    text: document.body.innerText,
    language: document.documentElement.lang,
    width: window.innerWidth,
    scroll_width: document.documentElement.scrollWidth,
    left: Math.min(...boxes.map(box => box.left)),
    right: Math.max(...boxes.map(box => box.right)),
    scripts: [...document.querySelectorAll("*")].filter(runs).length,
    loaded: performance.getEntriesByType("resource").map(one => one.name),
    smallest_text: Math.min(...read.map(one => parseFloat(getComputedStyle(one).fontSize))),
    least_contrast: Math.min(...read.map(contrast)),
    smallest_button: Math.min(...all.filter(one => one.localName === "button").map(one => one.offsetHeight), 1000),
};
