package standards

import (
	"strings"
	"testing"
)

func TestPalette(t *testing.T) {
	p, err := LoadPalette()
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadPalette()
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		e.Attributes["spoilt"] = true
		for j := range e.Parts {
			if e.Parts[j].Attributes == nil {
				t.Errorf("%s: %s has no attributes", e.ID, e.Parts[j].Role)
			}
			e.Parts[j].Attributes["spoilt"] = true
		}
		if _, spoilt := again.Entries[i].Attributes["spoilt"]; spoilt {
			t.Errorf("%s: a copy shares its attributes", e.ID)
		}
		for j := i + 1; j < len(p.Entries); j++ {
			if p.Entries[j].Attributes["spoilt"] != nil {
				t.Errorf("%s and %s share their attributes", e.ID, p.Entries[j].ID)
			}
		}
	}
}

// A palette names all its mistakes at once.
func TestPaletteNamesEveryMistake(t *testing.T) {
	const good = "themes: [{id: a, title: {zh: 一, en: one}}]\nentries:\n"
	const entry = "id: x, title: {zh: 甲, en: x}, theme: a, layer: l, shape: point, hint: {zh: 提, en: h}, source: {zh: 源, en: s}, per: thing"
	if _, err := parsePalette("p.yaml", []byte(good+"  - {"+entry+"}")); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"":                                     {"no entry"},
		good + "  - {" + entry + ", prize: 3}": {"prize"},
		good + "  - {" + entry + "}\n  - {" + entry + "}":                                          {"x is there twice"},
		good + "  - {" + entry + ", op: bend, on: moon}":                                           {`op: "bend"`, `on: "moon"`},
		good + "  - {" + entry + ", op: delete}":                                                   {"picked"},
		good + "  - {" + entry + ", shapes: [cube], takes: [{attribute: a, from: id, of: cloud}]}": {"cube", "cloud"},
		good + "  - {" + strings.Replace(entry, "theme: a", "theme: b", 1) + "}":                   {`no theme "b"`},
		good + "  - {" + strings.Replace(entry, "hint: {zh: 提, en: h}", "hint: {zh: 提}", 1) + "}":  {"hint"},
		good + "  - {" + strings.Replace(entry, "per: thing", "per: dozen", 1) + "}":               {"dozen"},
		good + "  - {" + entry + ", parts: [{role: r, title: {zh: 甲, en: x}, op: bend, place: moon, kind: y, shape: cube}, {role: r, title: {zh: 甲}, op: add, place: drawn}]}": {
			`op: "bend"`, `place: "moon"`, `no entry "y"`, "cube", "r is there twice", "no name in one"},
	} {
		_, err := parsePalette("p.yaml", []byte(text))
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s\n%v\nwant %q", text, err, w)
			}
		}
	}
}
