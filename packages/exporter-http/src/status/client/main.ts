import 'uplot/dist/uPlot.min.css'
import './frame.css'
import './controls.css'
import './table.css'
import './services.css'
import './open-service.css'
import { columns, sortedBy, toggled } from '../arrangement.js'
import { showAges, startContact } from './contact.js'
import { closest, element } from './elements.js'
import { createScreen, type Screen } from './screen.js'

/** What the links and the form lead to on the server, done here. Until there is something to arrange, they still lead there. */
const listen = (screen: Screen): void => {
  document.addEventListener('click', (event) => {
    const arrangement = screen.arrangement()
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (arrangement === undefined || !isPlain) return
    const key = closest(event, 'data-toggle')
    const sort = columns.find((column) => column === closest(event, 'data-sort'))
    if (key === undefined && sort === undefined) return
    event.preventDefault()
    screen.arrange(key === undefined ? sortedBy(arrangement, sort ?? 'name') : toggled(arrangement, key))
  })

  const form = element('filter')
  if (!(form instanceof HTMLFormElement)) return
  const filter = (event: Event) => {
    const arrangement = screen.arrangement()
    if (arrangement === undefined) return
    event.preventDefault()
    const data = new FormData(form)
    const field = (name: string) => String(data.get(name) ?? '')
    screen.arrange({ ...arrangement, name: field('name'), status: field('status'), region: field('region') })
  }
  form.addEventListener('input', filter)
  form.addEventListener('submit', filter)
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', screen.redraw)
  }
}

const screen = createScreen()
listen(screen)
startContact(screen)
setInterval(showAges, 1000)
