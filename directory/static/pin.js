// A pin for a form: tap the map, drag the pin, move it with the arrow keys, or type the degrees. Without it the form
// works by typing. Every word comes from the container's data attributes and reaches the page as text.
"use strict";

for (const box of globalThis.L ? document.querySelectorAll("[data-pin]") : []) {
  const { dataset } = box;
  const form = box.closest("form");
  const [latitude, longitude, precision] = ["latitude", "longitude", "precision"].map((name) => form.elements[name]);
  const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const [step, fineStep] = [10, 1]; // pixels of the map: closer means finer

  const made = (tag, attributes = {}, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    box.append(element);
    return element;
  };
  const button = made("button", { type: "button", class: "chip" }, dataset.place);
  const ground = made("div", { class: "pin-map", role: "application", "aria-label": dataset.label });
  const note = made("p", { class: "note", role: "status" }); // below: when it appears the map must not jump

  const typed = () => {
    const [lat, lng] = [latitude, longitude].map((input) => (input.value.trim() ? Number(input.value.replace(",", ".")) : NaN));
    return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? L.latLng(lat, lng) : null;
  };
  const fallback = [Number(dataset.latitude), Number(dataset.longitude)];
  const map = L.map(ground, { zoomControl: false, maxZoom: Number(dataset.maxZoom ?? 19) });
  map.setView(typed() ?? fallback, typed() ? 16 : Number(dataset.zoom ?? 12));
  L.control.zoom({ zoomInTitle: dataset.zoomIn, zoomOutTitle: dataset.zoomOut }).addTo(map);
  const credit = document.createElement(dataset.attributionLink ? "a" : "span");
  credit.textContent = dataset.attribution;
  if (dataset.attributionLink) credit.href = dataset.attributionLink;
  if (dataset.attributionLink) credit.rel = "noopener noreferrer";
  map.attributionControl.setPrefix(false);
  L.tileLayer(dataset.tiles, { attribution: credit.outerHTML, maxZoom: map.options.maxZoom })
    .once("tileerror", () => { note.textContent = dataset.noTiles; })
    .addTo(map);

  const icon = L.divIcon({
    html: '<span class="pin contact_point"></span>',
    className: "marker",
    iconSize: [44, 44],
    iconAnchor: [22, 39], // its tip, a half diagonal below the middle
  });
  const marker = L.marker(fallback, { icon, draggable: true, autoPan: true, alt: "" });

  // What is shown follows what is written, and the other way round; a person who sets the pin means the door.
  const show = (at) => {
    if (!at) {
      marker.remove();
      return;
    }
    marker.setLatLng(at).addTo(map);
    const pin = marker.getElement();
    pin.setAttribute("aria-label", dataset.pinLabel);
    pin.onkeydown = move;
  };
  const say = () => {
    note.textContent = dataset.moved.replace("%(latitude)s", latitude.value).replace("%(longitude)s", longitude.value);
  };
  const write = (place) => {
    const at = place.wrap();
    latitude.value = Math.max(-90, Math.min(90, at.lat)).toFixed(6);
    longitude.value = at.lng.toFixed(6);
    if (["none", "city", ""].includes(precision.value)) precision.value = "exact";
    for (const input of [latitude, longitude, precision]) input.dispatchEvent(new Event("change", { bubbles: true }));
    return at;
  };
  const put = (place) => {
    show(write(place));
    say();
  };
  const move = (event) => {
    const by = steps[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // or the map would move too
    const pixels = event.shiftKey ? fineStep : step;
    put(map.unproject(map.project(marker.getLatLng()).add(L.point(by).multiplyBy(pixels))));
    map.panInside(marker.getLatLng(), { padding: [40, 40], animate: false });
  };

  marker.on("drag", () => write(marker.getLatLng()));
  marker.on("dragend", () => put(marker.getLatLng()));
  map.on("click", ({ latlng }) => put(latlng));
  button.addEventListener("click", () => {
    put(map.getCenter());
    marker.getElement().focus({ preventScroll: true });
  });
  for (const input of [latitude, longitude]) {
    input.addEventListener("input", () => {
      const at = typed();
      show(at);
      if (at) map.panTo(at, { animate: false });
      if (at && precision.value === "none") precision.value = "exact";
      if (!latitude.value && !longitude.value) precision.value = "none";
    });
  }
  show(typed());
  new ResizeObserver(() => map.invalidateSize()).observe(ground); // it may begin in a closed <details>
  box.dataset.ready = "";
}
