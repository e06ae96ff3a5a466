package identity

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

const (
	maxName  = 200 // characters
	maxEmail = 254 // bytes, RFC 5321 §4.5.3.1.3 less the angle brackets
)

var passwordArgs = fault.Args{"n": MinPassword}

// NormaliseEmail writes an e-mail address as it is compared and kept: trimmed
// and in lower case.
func NormaliseEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// tidy trims a name and joins its inner white space.
func tidy(name string) string { return strings.Join(strings.Fields(name), " ") }

func checkPerson(n NewPerson) error {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "name", n.Name)
	checkEmail(f, n.Email)
	checkLang(f, "lang", n.Lang)
	if n.Password != "" {
		if key := checkPassword(n.Password, n.Email); key != "" {
			f.With("password", key, passwordArgs)
		}
	}
	return orNil(f)
}

func checkOrganisation(o Organisation) error {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "organisation", o.Name)
	checkLang(f, "lang", o.Lang)
	checkCountry(f, o.Country)
	return orNil(f)
}

// orNil gives nil when no field is wrong.
func orNil(f *fault.Fault) error {
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

func checkName(f *fault.Fault, field, name string) {
	switch {
	case name == "":
		f.With(field, "identity.form.missing", nil)
	case !utf8.ValidString(name), strings.ContainsFunc(name, unicode.IsControl):
		f.With(field, "identity.form.unreadable", nil)
	case utf8.RuneCountInString(name) > maxName:
		f.With(field, "identity.form.long", fault.Args{"n": maxName})
	}
}

func checkEmail(f *fault.Fault, email string) {
	switch {
	case email == "":
		f.With("email", "identity.form.missing", nil)
	case !isEmail(email):
		f.With("email", "identity.email.wrong", nil)
	}
}

func isEmail(email string) bool {
	if len(email) > maxEmail || !utf8.ValidString(email) || strings.ContainsFunc(email, unicode.IsControl) {
		return false
	}
	a, err := mail.ParseAddress(email)
	return err == nil && a.Name == "" && a.Address == email
}

func checkLang(f *fault.Fault, field string, lang facts.Lang) {
	if lang == "" || facts.LangOf(string(lang)) != lang {
		f.With(field, "identity.form.missing", nil)
	}
}

func checkCountry(f *fault.Fault, country facts.Country) {
	switch {
	case country == "":
		f.With("country", "identity.form.missing", nil)
	default:
		if c, ok := i18n.CountryByCode(string(country)); !ok || c.Code != string(country) {
			f.With("country", "identity.country.unknown", nil)
		}
	}
}
