// What can be sent besides text. Cities stand in for a phone's own position.

import { acting, el } from "./dom.js";

const CITIES = [
  ["London", 51.5074, -0.1278],
  ["Dublin", 53.3498, -6.2603],
  ["Madrid", 40.4168, -3.7038],
  ["New York", 40.7128, -74.006],
  ["Los Angeles", 34.0522, -118.2437],
  ["Kathmandu", 27.7172, 85.324],
  ["Sydney", -33.8688, 151.2093],
];

/** Menu items; each calls `send` with the body of one message. */
export function attachments(send) {
  return [
    { label: "Location", items: CITIES.map((city) => locationItem(city, send)) },
    { label: "Photo from this computer", action: () => pick("image/*", "photo", send) },
    { label: "File from this computer", action: () => pick("", "document", send) },
    { label: "Sticker (made up)", action: () => send({ sticker: true }) },
    { label: "Voice message (made up)", action: () => send({ voice: true }) },
  ];
}

function locationItem([name, latitude, longitude], send) {
  return { label: name, action: () => send({ location: { latitude, longitude } }) };
}

/** The body of a location message from a listed city. */
export function locationOf(name) {
  const [, latitude, longitude] = CITIES.find(([city]) => city === name);
  return { location: { latitude, longitude } };
}

function pick(accept, kind, send) {
  const input = el("input", { type: "file", accept });
  input.addEventListener(
    "change",
    acting(async () => {
      const [chosen] = input.files;
      if (!chosen) return;
      const mime = chosen.type || "application/octet-stream";
      const content = { content_base64: await base64(chosen) };
      await send({ [kind]: kind === "document" ? { file_name: chosen.name, mime, ...content } : content });
    }),
  );
  input.click();
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error(`${file.name} could not be read.`));
    reader.readAsDataURL(file);
  });
}
