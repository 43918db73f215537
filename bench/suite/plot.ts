/** Lines over two logarithmic axes. */
export interface Plot {
  /** The name of its file, without `.svg`. */
  readonly name: string
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: ReadonlyArray<Line>
}

interface Line {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
}

/** Collects the points of several lines by their names. */
export const createLines = () => {
  const points = new Map<string, Array<readonly [number, number]>>()
  return {
    add: (name: string, x: number, y: number) => points.set(name, [...(points.get(name) ?? []), [x, y]]),
    lines: (): ReadonlyArray<Line> => Array.from(points, ([name, own]) => ({ name, points: own })),
  }
}

const [width, height] = [720, 400]
const plane = { left: 60, right: 470, top: 40, bottom: 350 }

// Colours that people with a colour vision deficiency distinguish too (Okabe and Ito).
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']

/** A logarithmic axis that begins and ends with powers of ten. */
const axisOf = (values: ReadonlyArray<number>, from: number, to: number) => {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    at: (value: number) => Math.round(from + ((Math.log10(value) - first) / (last - first)) * (to - from)),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)),
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const shownTick = (value: number): string =>
  value < 1 ? String(value) : value.toLocaleString('en').replaceAll(',', ' ')

/** The plot as an SVG, which a page of Markdown can show. */
export const toSvg = ({ title, x, y, lines }: Plot): string => {
  const points = lines.flatMap((line) => line.points)
  const across = axisOf(
    points.map(([value]) => value),
    plane.left,
    plane.right,
  )
  const up = axisOf(
    points.map(([, value]) => value),
    plane.bottom,
    plane.top,
  )
  const grid = [
    ...across.ticks.map((tick) => {
      const at = across.at(tick)
      return `<path d="M${at} ${plane.top}V${plane.bottom}" stroke="#ddd"/><text x="${at}" y="${plane.bottom + 18}" text-anchor="middle">${shownTick(tick)}</text>`
    }),
    ...up.ticks.map((tick) => {
      const at = up.at(tick)
      return `<path d="M${plane.left} ${at}H${plane.right}" stroke="#ddd"/><text x="${plane.left - 6}" y="${at + 4}" text-anchor="end">${shownTick(tick)}</text>`
    }),
  ]
  const drawn = lines.flatMap(({ name, points: own }, index) => {
    const colour = colours[index % colours.length]
    const places = own.map(([a, b]) => [across.at(a), up.at(b)] as const)
    const legend = plane.top + 14 + index * 20
    return [
      `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...places.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3" fill="${colour}"/>`),
      `<path d="M${plane.right + 12} ${legend - 4}h16" stroke="${colour}" stroke-width="2"/><text x="${plane.right + 34}" y="${legend}">${escaped(name)}</text>`,
    ]
  })
  const middle = (plane.left + plane.right) / 2
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}: ${escaped(y)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${plane.left}" y="22" font-size="14">${escaped(title)}: ${escaped(y)}</text>`,
    ...grid,
    ...drawn,
    `<text x="${middle}" y="${height - 12}" text-anchor="middle">${escaped(x)}</text>`,
    '</svg>',
  ].join('\n')}\n`
}
