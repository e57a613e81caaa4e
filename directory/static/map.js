// Draws the contact points on the map that Folium made. Texts reach the page as text only, never as HTML.
"use strict";

const contactPoints = (() => {
  const element = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const note = (text) => {
    const place = document.getElementById("map-note");
    if (place) place.textContent = text;
  };

  // A div icon whose element has an accessible name: Leaflet gives one to pictures only.
  const NamedIcon = L.DivIcon.extend({
    createIcon(old) {
      const made = L.DivIcon.prototype.createIcon.call(this, old);
      made.setAttribute("aria-label", this.options.name);
      made.setAttribute("role", "button");
      made.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        made.click();
      };
      return made;
    },
  });

  const pin = (point) => {
    const shape = element("span", "", { class: `pin ${point.kind} ${point.group ?? ""}${point.radius_m ? " approximate" : ""}` });
    return new NamedIcon({
      html: shape,
      className: "marker",
      iconSize: [44, 44],
      name: [point.name, point.here].filter(Boolean).join(", "),
    });
  };

  const cluster = (words) => (group) => {
    const number = group.getChildCount();
    return new NamedIcon({
      html: element("b", String(number)),
      className: "cluster",
      iconSize: [44, 44],
      name: words.cluster.replace("%(number)s", number),
    });
  };

  const popup = (point, more, words) => {
    const box = element("div", "", { dir: document.documentElement.dir });
    box.append(element("strong", point.name, { dir: "auto", translate: "no" }));
    if (point.here) box.append(element("p", point.here, { dir: "auto" }));
    if (more.line) box.append(element("p", more.line, { lang: more.line_language, dir: "auto" }));
    if (more.opening) box.append(element("p", more.opening));
    if (point.radius_m) box.append(element("p", words.approximate));
    const links = element("p");
    if (more.url) links.append(element("a", words.details, { href: more.url }));
    if (more.phone) {
      const call = element("a", `${words.call}\u00a0`, { href: `tel:${more.phone}` });
      call.append(element("bdi", more.phone_shown, { dir: "ltr" }));
      links.append(call);
    }
    if ((point.radius_m ?? 0) < 1000) {
      links.append(element("a", words.directions, { href: `geo:${point.lat},${point.lon}?q=${point.lat},${point.lon}` }));
    }
    box.append(links);
    return box;
  };

  const marker = (map, point, options) => {
    const { words } = options;
    const made = L.marker([point.lat, point.lon], { icon: pin(point), keyboard: true, alt: "" });
    made.point = point;
    made.bindPopup(popup(point, {}, words), { maxWidth: 300, minWidth: 220 });
    made.area = point.radius_m ? L.circle([point.lat, point.lon], { radius: point.radius_m, color: "#1d1b19", interactive: false }) : null;
    // The popup takes the keyboard's focus and gives it back.
    made.on("popupopen", async ({ popup: opened }) => {
      made.area?.addTo(map);
      const box = opened.getElement();
      for (const [name, value] of Object.entries({ role: "dialog", tabindex: -1, "aria-label": point.name })) box.setAttribute(name, value);
      if (document.activeElement === made.getElement()) box.focus({ preventScroll: true });
      const answer = await fetch(options.popup.replace("ID", encodeURIComponent(point.id)), { credentials: "omit" }).catch(() => null);
      if (answer?.ok) made.setPopupContent(popup(point, await answer.json(), words));
    });
    made.on("popupopen", ({ popup: opened }) =>
      opened.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close));
    made.on("popupclose", ({ popup: closed }) => {
      if (options.data) made.area?.remove();
      if (closed.getElement().contains(document.activeElement)) made.getElement()?.focus({ preventScroll: true });
    });
    return made;
  };

  const button = (map, label, path, press) => {
    const Control = L.Control.extend({
      onAdd() {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        const made = element("button", "", { type: "button", "aria-label": label, title: label });
        const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 22, height: 22, fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": "true" })) svg.setAttribute(name, value);
        const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
        line.setAttribute("d", path);
        svg.append(line);
        made.append(svg);
        L.DomEvent.disableClickPropagation(bar);
        made.addEventListener("click", press);
        bar.append(made);
        return bar;
      },
    });
    new Control({ position: "topleft" }).addTo(map);
  };

  const controls = (map, words) => {
    const [closer, further] = ["in", "out"].map((way) => map.getContainer().querySelector(`.leaflet-control-zoom-${way}`));
    for (const [each, name] of [[closer, words.zoom_in], [further, words.zoom_out]]) {
      each.setAttribute("aria-label", name);
      each.title = name;
    }
    if (document.fullscreenEnabled) {
      button(map, words.full_screen, "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", () =>
        document.fullscreenElement ? document.exitFullscreen() : map.getContainer().requestFullscreen());
    }
    if (navigator.geolocation) {
      button(map, words.locate, "M12 2v4M12 18v4M2 12h4M18 12h4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8", () => map.locate({ setView: true, maxZoom: 14 }));
      map.on("locationfound", ({ latlng }) => {
        L.marker(latlng, { icon: new NamedIcon({ className: "you", iconSize: [18, 18], name: words.you }), keyboard: false }).addTo(map);
        note(words.you);
      });
      map.on("locationerror", () => note(words.no_position));
    }
  };

  // Leaflet drops a move that is asked for while it zooms: then the last one asked for comes after it.
  const fitting = (map) => {
    let zooming = false;
    let wanted = null;
    const fit = (options) => {
      if (zooming || !wanted) return;
      map.fitBounds(wanted, { maxZoom: 15, padding: [30, 30], ...options });
      wanted = null;
    };
    map.on("zoomstart", () => { zooming = true; });
    map.on("zoomend", () => { zooming = false; setTimeout(fit); });
    return (bounds, options) => { wanted = bounds; fit(options); };
  };

  // Typing hides what does not fit; the map then shows all that is left.
  const searchInMap = (map, layer, markers, words, fit) => {
    const input = document.getElementById("in-map");
    if (!input) return;
    input.closest(".tools").hidden = false;
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    input.addEventListener("input", () => {
      const asked = plain(input.value.trim());
      const found = markers.filter(({ point: p }) => plain(`${p.name} ${p.here ?? ""}`).includes(asked));
      layer.clearLayers();
      layer.addLayers(found);
      if (found.length) fit(L.featureGroup(found).getBounds());
      note(words.found_on_map.replace("%(number)s", found.length));
    });
    document.getElementById("this-area").addEventListener("click", () => {
      const centre = map.getCenter();
      const to = new URL(document.getElementById("map").dataset.more, location.href);
      to.searchParams.set("near", `${centre.lat.toFixed(3)},${centre.lng.toFixed(3)}`);
      to.searchParams.set("radius_km", Math.min(500, Math.max(1, Math.round(centre.distanceTo(map.getBounds().getNorthEast()) / 1000))));
      location.assign(to);
    });
  };

  const load = async (options) => {
    if (options.points) return options.points;
    const answer = await fetch(options.data, { credentials: "omit" });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).points;
  };

  const show = async (map, tiles, options) => {
    const { words } = options;
    const fit = fitting(map);
    document.querySelector("[data-without-map]").hidden = true;
    map.attributionControl.setPrefix(false);
    const container = map.getContainer();
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", container.closest("[aria-label]").getAttribute("aria-label"));
    container.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
    controls(map, words);
    L.control.scale({ imperial: false }).addTo(map); // nobody here walks in miles
    tiles.once("tileerror", () => note(words.no_tiles));
    let points;
    try {
      points = await load(options);
    } catch {
      note(words.no_points);
      return;
    }
    const markers = points.map((point) => marker(map, point, options));
    const layer = L.markerClusterGroup({ iconCreateFunction: cluster(words), showCoverageOnHover: false, maxClusterRadius: 50, spiderfyDistanceMultiplier: 1.6, spiderLegPolylineOptions: { color: "#1d1b19", weight: 1.5 } });
    // The first view stands before anything is in it: nothing flies or splits while somebody already reads and taps.
    if (options.data && markers.length) fit(L.featureGroup(markers).getBounds(), { animate: false });
    layer.addLayers(markers).addTo(map);
    layer.on("clusterclick", () => layer.once("animationend", () => {
      if (document.activeElement === document.body) container.focus({ preventScroll: true }); // the cluster that had it is gone
    }));
    if (!options.data) for (const { area } of markers) area?.addTo(map);
    if (options.data) searchInMap(map, layer, markers, words, fit);
    container.dataset.drawn = markers.length;
  };

  return { show };
})();
