package web

import (
	"net/http"
	"time"
)

// cookieName puts the __Host- prefix before a name where the browser honours it:
// over https only.
func (s *Site) cookieName(r *http.Request, name string) string {
	if s.secure(r) {
		return "__Host-" + name
	}
	return name
}

// SetCookie gives the visitor a cookie that scripts cannot read, that other sites
// cannot send with a form, and, over https, that no other host can set. A life of
// zero ends with the browser; a negative one removes the cookie.
func (s *Site) SetCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	c := &http.Cookie{
		Name: s.cookieName(r, name), Value: value, Path: "/",
		HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode,
	}
	switch {
	case life > 0:
		c.MaxAge = int(life / time.Second)
	case life < 0:
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Cookie reads a cookie that SetCookie gave, "" when there is none.
func (s *Site) Cookie(r *http.Request, name string) string { return s.cookie(r, name) }

func (s *Site) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(r, name))
	if err != nil {
		c, err = r.Cookie(name)
		if err != nil || name != "theme" { // the theme is set by script, without prefix
			return ""
		}
	}
	return c.Value
}
