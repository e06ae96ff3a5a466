package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rsc.io/qr"

	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// factorPage is what page/factor.html shows.
type factorPage struct {
	Trouble  *web.Notice
	On       bool // there is one, and it was shown
	Demanded bool
	URI      string // of a secret that waits for its first code
	Secret   string
	Code     web.Field
	QR       qrCode
	Codes    []string // recovery codes, shown this once
	Back     string
}

// qrCode is a square of modules as an SVG path, a unit a module.
type qrCode struct {
	Size int
	Path string
}

// Box is the side of the picture: the code and the quiet zone around it.
func (q qrCode) Box() int { return q.Size + 8 }

// afterDoor is where somebody goes who has just come in, or who opens a page that
// asks for more: to the second factor that is due, else on.
func afterDoor(actor identity.Actor, back string) string {
	switch actor.Factor {
	case identity.FactorDue:
		return FactorDoorPath + "?back=" + url.QueryEscape(back)
	case identity.FactorMissing:
		if back != FactorPath && identity.NeedsSecondFactor(actor) {
			return FactorPath + "?back=" + url.QueryEscape(back)
		}
	}
	return back
}

func factorLine(v *web.Visit, actor identity.Actor) (string, web.Chip) {
	switch actor.Factor {
	case identity.FactorShown:
		return v.T("desk.factor.on"), web.Chip{Tone: web.Good, Text: v.T("desk.factor.on-chip")}
	case identity.FactorMissing:
		return v.T("desk.factor.demanded"), web.Chip{Tone: web.Late, Text: v.T("desk.factor.missing-chip")}
	}
	return v.T("desk.factor.off"), web.Chip{Tone: web.Wait, Text: v.T("desk.factor.off-chip")}
}

// showFactorDoor asks for a code after the password.
func (d *Room) showFactorDoor(w http.ResponseWriter, r *http.Request) error {
	back := web.LocalPath(r.URL.Query().Get("back"))
	if actorOf(r).Factor != identity.FactorDue {
		return web.Redirect(w, r, back)
	}
	return d.renderFactorDoor(w, r, http.StatusOK, back, nil)
}

func (d *Room) renderFactorDoor(w http.ResponseWriter, r *http.Request, status int, back string, says map[string]string) error {
	return page(w, r, status, "factor-door", web.VisitOf(r).T("desk.factor.door"), factorPage{Trouble: troubled(says), Code: codeField(web.VisitOf(r), says["code"]), Back: back})
}

func codeField(v *web.Visit, wrong string) web.Field {
	return web.Field{Name: "code", Label: v.T("desk.factor.code"), Error: wrong, Required: true, Autofocus: true, Autocomplete: "one-time-code", MaxLength: 40}
}

func (d *Room) passFactorDoor(w http.ResponseWriter, r *http.Request) error {
	actor, back := actorOf(r), web.LocalPath(r.PostFormValue("back"))
	err := d.register.ShowFactor(r.Context(), actor.Person, sessionOf(r), r.PostFormValue("code"))
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return d.renderFactorDoor(w, r, status, back, says)
	}
	return web.Redirect(w, r, back)
}

// showFactor shows where the second factor stands.
func (d *Room) showFactor(w http.ResponseWriter, r *http.Request) error {
	actor := actorOf(r)
	if actor.Factor == identity.FactorDue {
		return web.Redirect(w, r, afterDoor(actor, FactorPath))
	}
	v := web.VisitOf(r)
	return page(w, r, http.StatusOK, "factor", v.T("desk.factor.title"), factorPage{On: actor.Factor == identity.FactorShown,
		Demanded: actor.Factor == identity.FactorMissing, Back: web.LocalPath(r.URL.Query().Get("back"))})
}

// factor begins, confirms or drops a second factor.
func (d *Room) factor(w http.ResponseWriter, r *http.Request) error {
	v, actor, p := web.VisitOf(r), actorOf(r), factorPage{Back: web.LocalPath(r.PostFormValue("back"))}
	if actor.Factor == identity.FactorDue {
		return web.Redirect(w, r, afterDoor(actor, FactorPath))
	}
	switch r.PostFormValue("do") {
	case "drop":
		if err := d.register.DropFactor(r.Context(), actor, actor.Person); err != nil {
			return err
		}
		return web.Redirect(w, r, SignInPath)
	case "confirm":
		codes, err := d.register.ConfirmFactor(r.Context(), actor.Person, sessionOf(r), r.PostFormValue("code"))
		if err == nil {
			p.On, p.Codes = true, codes
			return page(w, r, http.StatusOK, "factor", v.T("desk.factor.title"), p)
		}
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		p.Trouble, p.URI = troubled(says), r.PostFormValue("uri")
		return d.renderEnrolment(w, r, status, p, says["code"])
	}
	e, err := d.register.BeginFactor(r.Context(), actor.Person)
	if err != nil {
		return err
	}
	p.URI = e.URI
	return d.renderEnrolment(w, r, http.StatusOK, p, "")
}

// renderEnrolment shows a secret to take over, and asks for the first code.
func (d *Room) renderEnrolment(w http.ResponseWriter, r *http.Request, status int, p factorPage, wrong string) error {
	v := web.VisitOf(r)
	u, err := url.Parse(p.URI)
	if err != nil || u.Scheme != "otpauth" || len(p.URI) > 500 {
		return web.Redirect(w, r, FactorPath)
	}
	p.Secret, p.Code = spaced(u.Query().Get("secret")), codeField(v, wrong)
	if p.QR, err = squareOf(p.URI); err != nil {
		return err
	}
	return page(w, r, status, "factor", v.T("desk.factor.title"), p)
}

// spaced writes a secret in groups of four, to be typed.
func spaced(secret string) string {
	var b strings.Builder
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// squareOf draws a QR code (ISO/IEC 18004) as one path.
func squareOf(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrCode{}, err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				b.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h1v1h-1z")
			}
		}
	}
	return qrCode{Size: code.Size, Path: b.String()}, nil
}
