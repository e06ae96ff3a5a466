// Comfort for those who have script. Every page works without it.
const root = document.documentElement
const all = (selector, act) => document.querySelectorAll(selector).forEach(act)

// Copy buttons: data-copy names what to copy, data-done what to say then.
all('[data-copy]', button => {
  if (!navigator.clipboard) return
  button.hidden = false
  const label = button.textContent
  button.onclick = async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim())
    button.textContent = button.dataset.done
    setTimeout(() => { button.textContent = label }, 2000)
  }
})

// Filters send themselves; their button is for those without script.
all('form[data-auto]', form => {
  form.addEventListener('change', e => {
    form.action = form.action.split('#')[0] + '#at=' + encodeURIComponent(e.target.name + '=' + e.target.value)
    form.requestSubmit()
  })
})

// The field that sent its form has the focus again on the page that comes, so
// that a keyboard goes on from there.
if (location.hash.startsWith('#at=')) {
  const [name, ...value] = new URLSearchParams(location.hash.slice(1)).get('at').split('=')
  const same = f => f.name === name && (f.value === value.join('=') || f.matches('select'))
  all('form[data-auto]', form => [...form.elements].find(same)?.focus())
  history.replaceState(null, '', location.pathname + location.search)
}

// A row of tabs that is longer than the page shows the one that is open.
all('.tabs [aria-current]', tab => {
  const row = tab.closest('ul'), box = row.getBoundingClientRect(), at = tab.getBoundingClientRect()
  if (at.left < box.left || at.right > box.right) row.scrollLeft += (at.left + at.right - box.left - box.right) / 2
})

// Forms with data-unsaved ask before what was typed is lost, and no form is sent twice.
let unsaved = false
all('form[data-unsaved]', form => form.addEventListener('input', () => { unsaved = true }))
addEventListener('submit', e => {
  unsaved = false
  if (e.target.method === 'post') {
    setTimeout(() => all('button', b => { if (b.form === e.target) b.setAttribute('aria-busy', 'true') }))
    if (e.target.dataset.sent) e.preventDefault()
    e.target.dataset.sent = '1'
  }
})
addEventListener('beforeunload', e => { if (unsaved) e.preventDefault() })
addEventListener('pageshow', () => {
  all('form[data-sent]', f => delete f.dataset.sent)
  all('[aria-busy]', b => b.removeAttribute('aria-busy'))
})

// A slash goes to the question box, as Escape closes the menus.
addEventListener('keydown', e => {
  if (e.key === 'Escape') all('.menu[open]', m => { m.open = false; m.firstElementChild.focus() })
  if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input,textarea,select,[contenteditable]')) return
  const box = document.querySelector('main [data-search]') || document.querySelector('[data-search]')
  if (box) { e.preventDefault(); box.focus(); box.select() }
})
addEventListener('click', e => all('.menu[open]', m => { if (!m.contains(e.target)) m.open = false }))

// Folded columns stand open where there is room.
const wide = matchMedia('(min-width: 56rem)')
const unfold = () => all('.split .fold', fold => { fold.open = wide.matches })
unfold()
wide.addEventListener('change', unfold)

// Light or dark; the choice that the device makes anyway is not kept.
all('[data-theme-switch]', button => {
  button.hidden = false
  button.onclick = () => {
    const device = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
    const next = (root.dataset.theme || device) === 'dark' ? 'light' : 'dark'
    if (next === device) delete root.dataset.theme
    else root.dataset.theme = next
    document.cookie = 'theme=' + (next === device ? '; max-age=0' : next + '; max-age=31536000') + '; path=/; samesite=lax'
  }
})

// A form with data-keep keeps itself: on the server a moment after the last
// letter, and in the browser until the server has it, so that neither a lost line
// nor a lost session takes words away.
all('form[data-keep]', form => {
  const line = document.querySelector('[data-kept]'), place = 'keep ' + form.action
  const said = () => JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== 'csrf' && typeof value === 'string'))
  const first = said()
  let timer, sent = first
  const stored = localStorage.getItem(place)
  if (stored && stored !== first) {
    const was = new Map(JSON.parse(stored))
    if (was.get('base') === form.elements.base.value && [...form.elements].filter(f => /^m-\d+$/.test(f.name)).every(f => was.get(f.name) === f.value)) {
      for (const f of form.elements) if (f.matches('textarea, input[type="text"], input:not([type])') && was.has(f.name)) f.value = was.get(f.name)
    } else localStorage.removeItem(place)
  }
  const keep = async () => {
    const now = said()
    if (now === sent) return
    try { localStorage.setItem(place, now) } catch { /* full: the server keeps it */ }
    const body = new URLSearchParams(new FormData(form))
    body.set('do', 'keep')
    try {
      const answer = await fetch(form.action, { method: 'post', body, headers: { 'X-Kept': '1' }, redirect: 'manual' })
      if (answer.status !== 204) throw answer.status
      sent = now
      unsaved = false
      localStorage.removeItem(place)
      if (line) line.textContent = line.dataset.kept
    } catch {
      if (line) line.textContent = line.dataset.lost
      timer = setTimeout(keep, 15000)
    }
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 1500) })
  form.addEventListener('submit', () => { clearTimeout(timer); localStorage.removeItem(place) })
  if (said() !== first) keep()
})
