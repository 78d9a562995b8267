package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

// drawnPath reads the text of a path back: its runs of vertices, in units.
func drawnPath(t *testing.T, d string) [][][2]int {
	t.Helper()
	tokens := regexp.MustCompile(`[a-z]|-?\d+`).FindAllString(d, -1)
	if strings.Join(regexp.MustCompile(`[^a-z\d\- ]`).FindAllString(d, -1), "") != "" {
		t.Fatalf("path %q", d)
	}
	var out [][][2]int
	var at, start [2]int
	for i := 0; i < len(tokens); {
		number := func(k int) int {
			n, err := strconv.Atoi(tokens[k])
			if err != nil {
				t.Fatalf("path %q: %v", d, err)
			}
			return n
		}
		switch tokens[i] {
		case "m":
			at = [2]int{at[0] + number(i+1), at[1] + number(i+2)}
			start = at
			out = append(out, [][2]int{at})
			i += 3
		case "z":
			at = start
			i++
		case "h":
			i += 2
		default:
			if tokens[i] == "l" {
				i++
			}
			at = [2]int{at[0] + number(i), at[1] + number(i+1)}
			out[len(out)-1] = append(out[len(out)-1], at)
			i += 2
		}
	}
	return out
}

func TestPaths(t *testing.T) {
	k := newInk(1, 0)
	k.add([]orb.Geometry{
		orb.Polygon{{{10, 10}, {20, 10}, {20, 30}, {10, 30}, {10, 10}}, {{12, 12}, {12, 14}, {14, 14}, {12, 12}}},
		orb.Polygon{{{5, 5}, {5.2, 5}, {5.2, 5.2}, {5, 5}}}, // smaller than a cell
		orb.LineString{{0, 0}, {5, 0}, {10, 0}, {10, -7}},   // the middle of a straight line goes
		orb.LineString{{3, 3}, {3.1, 3}},
		orb.Point{5, 5}, // in a cell that has a dot
		orb.Point{8.6, 9},
	})
	for _, c := range []struct {
		name string
		d    []byte
		want [][][2]int
	}{
		{"fill", k.fill.d, [][][2]int{{{10, 10}, {20, 10}, {20, 30}, {10, 30}}, {{12, 12}, {12, 14}, {14, 14}}}},
		{"line", k.line.d, [][][2]int{{{0, 0}, {10, 0}, {10, -7}}}},
		{"dots", k.dotted(), [][][2]int{{{3, 3}}, {{5, 5}}, {{9, 9}}}},
	} {
		if diff := cmp.Diff(c.want, drawnPath(t, string(c.d))); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", c.name, diff, c.d)
		}
	}
	if want := "m10 10l10 0 0 20-10 0zm2 2l0 2 2 0z"; string(k.fill.d) != want {
		t.Errorf("fill %s, want %s", k.fill.d, want)
	}
}

// Shapes drawn on any grid stay within a cell or so of where they are.
func TestPathsStayInPlace(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		grid := []float64{1, 2, 4, 8, 16}[random.IntN(5)]
		var line orb.LineString
		for range 2 + random.IntN(30) {
			line = append(line, orb.Point{1000 * random.Float64(), 800 * random.Float64()})
		}
		k := newInk(grid, 0)
		k.add([]orb.Geometry{line})
		for _, run := range drawnPath(t, string(k.line.d)) {
			var back orb.LineString
			for _, c := range run {
				back = append(back, orb.Point{grid * float64(c[0]), grid * float64(c[1])})
			}
			for _, p := range line {
				if d := geo.DistanceTo(back, p); d > 1.6*grid {
					t.Fatalf("grid %g: a vertex is %g away", grid, d)
				}
			}
		}
	}
}

// A frame shows the whole community with a margin, north up, undistorted.
func TestFrame(t *testing.T) {
	for _, e := range []geo.Extent{{MinX: 0, MinY: 0, MaxX: 1000, MaxY: 1000}, {MinX: 5, MinY: 5, MaxX: 3005, MaxY: 105}, {MinX: -40, MinY: 0, MaxX: -20, MaxY: 900}, {MinX: 7, MinY: 7, MaxX: 7, MaxY: 7}} {
		f := newFrame(e)
		a, b := f.at(orb.Point{e.MinX, e.MinY}), f.at(orb.Point{e.MaxX, e.MaxY})
		if a[0] < 5 || b[0] > frameWidth-5 || b[1] < 5 || a[1] > f.height-5 || a[1] < b[1] {
			t.Errorf("%v is drawn from %v to %v in a height of %g", e, a, b, f.height)
		}
		if w, h := b[0]-a[0], a[1]-b[1]; math.Abs(w-(e.MaxX-e.MinX)*f.perM)+math.Abs(h-(e.MaxY-e.MinY)*f.perM) > 1e-6 {
			t.Errorf("%v is distorted", e)
		}
		if f.height < frameLow || f.height > frameHigh {
			t.Errorf("a height of %g", f.height)
		}
	}
}

// Pictures are sound XML, colour by value, number what fails, share what lies behind,
// and what is far off, has no place or no number in its coordinates is left away.
func TestPictures(t *testing.T) {
	p := town(2, 160, ids("b", 40))
	far := geo.Feature{ID: "far", Geometry: orb.Point{0, 0}}
	lost := geo.Feature{ID: "lost", Geometry: orb.Point{math.NaN(), 1}}
	hollow := geo.Feature{ID: "hollow", Geometry: orb.Collection{orb.LineString{}, orb.MultiPolygon{{}}}}
	last := &p.Layers[len(p.Layers)-1]
	last.Features = append(last.Features, far, lost, hollow, geo.Feature{ID: "placeless"})
	e := newEasel(3)
	numbers := map[string]int{"b-001": 1, "b-002": 2, "far": 3, "lost": 4, "placeless": 5}
	one := e.draw(&p, numbers, geo.T("图", "a <picture>"))
	two := e.draw(&p, nil, geo.T("图", "picture"))
	if one == nil || two == nil || strings.Count(e.defs.String(), "<g id=") != 1 {
		t.Fatalf("what lies behind is not shared: %.200s", e.defs.String())
	}
	for _, svg := range []string{string(one.SVG), "<svg>" + e.defs.String() + "</svg>"} {
		sound(t, svg)
	}
	if diff := cmp.Diff(map[string]bool{"b-001": true, "b-002": true}, one.Numbered); diff != "" {
		t.Errorf("numbered (-want +got):\n%s", diff)
	}
	for _, want := range []string{`<title>b-002</title>`, `aria-label="图 / a &lt;picture&gt;"`, `class="f failed"`, `class="f unknown"`, "fill:" + stepColours[0], ">100 m<", ">N<", `class="edge"`} {
		if !strings.Contains(string(one.SVG), want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
	var legend []string
	for _, s := range one.Legend {
		legend = append(legend, s.Title.EN+" "+count(s.Count))
	}
	if got := strings.Join(legend, "; "); !strings.Contains(got, "walking time: 0–5 min ") || !strings.Contains(got, "buildings that fail 44") {
		t.Errorf("legend: %s", got)
	}
	if e.draw(&Picture{}, nil, geo.Text{}) != nil {
		t.Error("nothing is drawn as something")
	}
}

func sound(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, svg)
		}
	}
}

// Texts get colours by how many they are, the rest share one; numbers get classes of
// round bounds that hold them all; what has no value is unknown.
func TestManners(t *testing.T) {
	l := PictureLayer{Role: DrawResult, Attribute: "kind", Words: map[string]geo.Text{"b": geo.T("乙", "second")}}
	for i, k := range []any{"a", "b", "b", nil, true, "c", "d", "e", "f", "g"} {
		f := geo.Feature{ID: strconv.Itoa(i)}
		f.Set("kind", k)
		l.Features = append(l.Features, f)
	}
	manners, of := mannersOf(&l)
	var got []string
	for _, m := range of {
		got = append(got, manners[m].title.EN)
	}
	if diff := cmp.Diff([]string{"a", "second", "second", "unknown", "other", "c", "d", "e", "f", "other"}, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		l := PictureLayer{Role: DrawResult, Attribute: "v"}
		low, wide := 2000*random.Float64()-1000, math.Pow(10, 6*random.Float64()-3)
		for i := range 1 + random.IntN(20) {
			f := geo.Feature{ID: strconv.Itoa(i)}
			f.Set("v", low+wide*random.Float64())
			l.Features = append(l.Features, f)
		}
		manners, of := mannersOf(&l)
		for i, m := range of {
			from, to, _ := strings.Cut(strings.NewReplacer("−", "-", ",", "").Replace(manners[m].title.EN), "–")
			a, errA := strconv.ParseFloat(from, 64)
			b, errB := strconv.ParseFloat(to, 64)
			v, _ := l.Features[i].Number("v")
			if errA != nil || errB != nil || v < a-1e-6 || v > b+1e-6 {
				t.Fatalf("%v is in the class %s", v, manners[m].title.EN)
			}
		}
	}
}

// A picture too rich is drawn coarser, and says so; what fails is drawn to the last.
func TestPicturesKeepTheirBudget(t *testing.T) {
	p := town(5, 20_000, ids("b", 3000))
	e := newEasel(150)
	d := e.draw(&p, nil, geo.Text{})
	if size := len(d.SVG); size > minPictureBytes*2 {
		t.Errorf("%d bytes of a budget of %d", size, e.budget)
	}
	if empty(d.Note) || !bytes.Contains([]byte(d.SVG), []byte(`failed"`)) {
		t.Errorf("note %q", d.Note.EN)
	}
}
