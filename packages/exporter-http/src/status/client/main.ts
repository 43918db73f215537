import { showAges } from './ages.js'
import { createContact } from './contact.js'
import { listen } from './listen.js'
import { createScreen } from './screen.js'

const screen = createScreen()
listen(screen)
createContact(screen).start()
setInterval(showAges, 1000)
