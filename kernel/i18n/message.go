package i18n

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// categories are the plural categories of CLDR, in its order.
var categories = [...]string{"zero", "one", "two", "few", "many", "other"}

// entry is one text, or one text for each plural category of the value n.
type entry struct {
	one    pattern
	plural map[string]pattern // by category; nil for a plain text
}

// pattern is a text cut at its named values: even pieces are text, odd ones names.
type pattern []string

func parsePattern(s string) (pattern, error) {
	var p pattern
	for {
		before, rest, found := strings.Cut(s, "{")
		if strings.Contains(before, "}") {
			return nil, fmt.Errorf("a } without its { in %q", s)
		}
		p = append(p, before)
		if !found {
			return p, nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return nil, fmt.Errorf("a { that names no value in %q", s)
		}
		p = append(p, name)
		s = after
	}
}

// names lists the values the message uses, sorted, each once. A category may
// leave n out ("one day"), so a plural's names are those of all its texts.
func (m entry) names() []string {
	var names []string
	take := func(p pattern) {
		for i := 1; i < len(p); i += 2 {
			names = append(names, p[i])
		}
	}
	take(m.one)
	for _, p := range m.plural {
		take(p)
	}
	if m.plural != nil {
		names = append(names, "n")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (m entry) empty() bool {
	blank := func(p pattern) bool { return len(p) == 1 && strings.TrimSpace(p[0]) == "" }
	if m.plural == nil {
		return blank(m.one)
	}
	for _, p := range m.plural {
		if blank(p) {
			return true
		}
	}
	return false
}

// readTexts reads one file: an object of texts, of plurals (an object whose keys
// are all plural categories and that has "other"), and of further objects, whose
// keys are joined with a dot.
func readTexts(raw []byte) (map[string]entry, error) {
	flat, err := readFlat(raw)
	if err != nil {
		return nil, err
	}
	out, bad := gather(flat, func(string) bool { return false })
	for _, key := range slices.Sorted(maps.Keys(bad)) {
		return nil, fmt.Errorf("%s: %w", key, bad[key])
	}
	return out, nil
}

// readFlat gives the texts of one file by their whole keys.
func readFlat(raw []byte) (map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("want one JSON object: %v", err)
	}
	flat := map[string]string{}
	if err := flatten(d, "", flat, maxNesting); err != nil {
		return nil, fmt.Errorf("at byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("at byte %d: something follows the object", d.InputOffset())
	}
	return flat, nil
}

// maxNesting bounds how deep the objects of a file lie in each other.
const maxNesting = 12

// flatten reads the rest of an object; unlike json.Unmarshal it refuses a key
// given twice.
func flatten(d *json.Decoder, prefix string, into map[string]string, levels int) error {
	if levels == 0 {
		return fmt.Errorf("%s: the objects lie too deep in each other", prefix)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		key := prefix + t.(string) // inside an object and before a value: always a string
		switch t, err = d.Token(); v := t.(type) {
		case string:
			if _, twice := into[key]; twice {
				return fmt.Errorf("%s is given twice", key)
			}
			into[key] = v
		case json.Delim:
			if v != '{' {
				return fmt.Errorf("%s: a list is not a text", key)
			}
			if err := flatten(d, key+".", into, levels-1); err != nil {
				return err
			}
		default:
			if err != nil {
				return err
			}
			return fmt.Errorf("%s: not a text", key)
		}
	}
	_, err := d.Token()
	return err
}

// gather joins the texts of plural categories into one message each, and gives
// what is wrong with single texts by their keys. A key that is known as a plain
// text is none of a plural, whatever it is called.
func gather(flat map[string]string, plain func(key string) bool) (map[string]entry, map[string]error) {
	groups := map[string][]string{} // by the key before the last dot: its last parts
	for key := range flat {
		i := strings.LastIndexByte(key, '.')
		if i > 0 {
			groups[key[:i]] = append(groups[key[:i]], key[i+1:])
		}
	}
	out, bad := map[string]entry{}, map[string]error{}
	for key, text := range flat {
		p, err := parsePattern(text)
		if err != nil {
			bad[key] = err
			continue
		}
		i := strings.LastIndexByte(key, '.')
		if i > 0 && isPlural(groups[key[:i]]) && !plain(key) {
			m := out[key[:i]]
			if m.plural == nil {
				m.plural = map[string]pattern{}
			}
			m.plural[key[i+1:]] = p
			out[key[:i]] = m
			continue
		}
		out[key] = entry{one: p}
	}
	return out, bad
}

func isPlural(parts []string) bool {
	for _, part := range parts {
		if !slices.Contains(categories[:], part) {
			return false
		}
	}
	return slices.Contains(parts, "other")
}
