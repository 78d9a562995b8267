package ingest

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// angle is a coordinate in degrees and the axis it says it is of.
type angle struct {
	value float64
	axis  byte // 'x', 'y', or 0 when it does not say
}

// parseAngle reads a coordinate in degrees: 117.12, 117°07′12″E, 东经117度7分12秒,
// 117-07-12.3, 03° 50' 08.00” Est.
func parseAngle(s string) (angle, bool) {
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		return angle{value: v}, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	s = strings.ToUpper(strings.TrimSpace(width.Fold.String(s)))
	s, axis, negative := hemisphere(s)
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "-") {
		s, negative = strings.TrimSpace(s[1:]), !negative
	}
	m := sexagesimal.FindStringSubmatch(s)
	if m == nil {
		return angle{}, false
	}
	v, fine := 0.0, true
	for i, scale := range []float64{1, 60, 3600} {
		part := m[1+i]
		if part == "" {
			continue
		}
		n, err := strconv.ParseFloat(strings.Replace(part, ",", ".", 1), 64)
		fine = fine && err == nil && (i == 0 || n < 60)
		v += n / scale
	}
	if negative {
		v = -v
	}
	return angle{value: clean(v), axis: axis}, fine
}

// sexagesimal is degrees, minutes and seconds with whatever people put between; a
// plain number with a decimal comma is degrees alone.
var sexagesimal = regexp.MustCompile(`^(\d{1,3}(?:[.,]\d+)?)\s*(?:[°º˚度:\-]|\s|$)\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:['′’‘分:\-]|\s|$)\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|“|''|′′|’’|秒)?)?)?$`)

// hemispheres are the words for the four, longer ones first.
var hemispheres = []struct {
	word     string
	axis     byte
	negative bool
}{
	{"东经", 'x', false}, {"西经", 'x', true}, {"北纬", 'y', false}, {"南纬", 'y', true},
	{"OUEST", 'x', true}, {"WEST", 'x', true}, {"EAST", 'x', false}, {"EST", 'x', false},
	{"NORTH", 'y', false}, {"NORD", 'y', false}, {"SOUTH", 'y', true}, {"SUD", 'y', true},
	{"E", 'x', false}, {"W", 'x', true}, {"N", 'y', false}, {"S", 'y', true}, {"东", 'x', false}, {"北", 'y', false},
}

// hemisphere takes the word off a coordinate.
func hemisphere(s string) (rest string, axis byte, negative bool) {
	for _, h := range hemispheres {
		if rest, ok := strings.CutPrefix(s, h.word); ok {
			return strings.TrimLeft(rest, ":： "), h.axis, h.negative
		}
		if rest, ok := strings.CutSuffix(s, h.word); ok {
			return rest, h.axis, h.negative
		}
	}
	return s, 0, false
}

// parsePair reads two coordinates of one cell: longitude and latitude, unless they
// say otherwise.
func parsePair(s string) (x, y angle, ok bool) {
	s = strings.TrimSpace(width.Fold.String(s))
	if m := wrapped.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	for _, between := range []string{";", ",", "、", "/", "\n"} {
		parts := strings.Split(s, between)
		if between == "," && len(parts) == 4 { // two decimal commas: 3,83, 43,61
			parts = []string{parts[0] + "." + strings.TrimSpace(parts[1]), parts[2] + "." + strings.TrimSpace(parts[3])}
		}
		if len(parts) == 2 {
			return ordered(parts[0], parts[1])
		}
	}
	if parts := strings.Fields(s); len(parts) == 2 {
		return ordered(parts[0], parts[1])
	}
	return angle{}, angle{}, false
}

// wrapped is what stands around coordinates in WKT and JSON.
var wrapped = regexp.MustCompile(`^(?i:point)?\s*[(\[{（]\s*(.*?)\s*[)\]}）]$`)

func ordered(first, second string) (x, y angle, ok bool) {
	x, okX := parseAngle(strings.TrimSpace(first))
	y, okY := parseAngle(strings.TrimSpace(second))
	if x.axis == 'y' && y.axis != 'y' {
		x, y = y, x
	}
	return x, y, okX && okY
}

// parseDirection reads a direction in words, or a range of directions, as an
// azimuth in degrees and the width of the range.
func parseDirection(s string) (azimuth, spread float64, ok bool) {
	s = strings.ToUpper(plainForm(s))
	if m := directionRange.FindStringSubmatch(s); m != nil {
		from, err0 := strconv.ParseFloat(m[1], 64)
		to, err1 := strconv.ParseFloat(m[2], 64)
		if err0 != nil || err1 != nil || from > 360 || to > 360 {
			return 0, 0, false
		}
		spread = math.Mod(to-from+360, 360)
		return math.Mod(from+spread/2, 360), spread, spread > 0
	}
	if m := between.FindStringSubmatch(s); m != nil {
		s = m[1] // from north to south it looks south
	}
	if m := facing.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = strings.Trim(s, "-_ ")
	s = strings.NewReplacer("正", "", "向", "", "朝", "", "面", "", "侧", "", "方", "", "-", "", "_", "").Replace(s)
	if m := bearing.FindStringSubmatch(s); m != nil {
		return turned(m[1], m[2], m[3])
	}
	v, ok := compass[s]
	return v, 0, ok
}

var (
	directionRange = regexp.MustCompile(`^(\d{1,3}(?:\.\d+)?)°?[-~–—至到](\d{1,3}(?:\.\d+)?)°?$`)
	between        = regexp.MustCompile(`^[由自从][东南西北]+[向往朝至到]([东南西北]+)$`)
	facing         = regexp.MustCompile(`^坐[东南西北]+[朝向]([东南西北]+)$`)
	bearing        = regexp.MustCompile(`^([东南西北NSEW])偏?([东南西北NSEW])?(\d{1,2}(?:\.\d+)?)[°度]?$`)
)

// turned reads a bearing such as 北偏东30°.
func turned(from, towards, by string) (float64, float64, bool) {
	a, okA := compass[from]
	b, okB := compass[towards]
	v, err := strconv.ParseFloat(by, 64)
	side := math.Mod(b-a+360, 360)
	if !okA || !okB || err != nil || v > 90 || side != 90 && side != 270 {
		return 0, 0, false
	}
	if side == 270 {
		v = -v
	}
	return math.Mod(a+v+360, 360), 0, true
}

// compass is the rose in Chinese, English and French. French NO is north-west.
var compass = map[string]float64{
	"N": 0, "NNE": 22.5, "NE": 45, "ENE": 67.5, "E": 90, "ESE": 112.5, "SE": 135, "SSE": 157.5,
	"S": 180, "SSW": 202.5, "SW": 225, "WSW": 247.5, "W": 270, "WNW": 292.5, "NW": 315, "NNW": 337.5,
	"SSO": 202.5, "SO": 225, "OSO": 247.5, "O": 270, "ONO": 292.5, "NO": 315, "NNO": 337.5,
	"NORTH": 0, "NORTHEAST": 45, "EAST": 90, "SOUTHEAST": 135, "SOUTH": 180, "SOUTHWEST": 225, "WEST": 270, "NORTHWEST": 315,
	"NORD": 0, "NORDEST": 45, "EST": 90, "SUDEST": 135, "SUD": 180, "SUDOUEST": 225, "OUEST": 270, "NORDOUEST": 315,
	"北": 0, "东北": 45, "东": 90, "东南": 135, "南": 180, "西南": 225, "西": 270, "西北": 315,
	"北东": 45, "南东": 135, "南西": 225, "北西": 315,
	"东北偏北": 22.5, "北东北": 22.5, "东北偏东": 67.5, "东东北": 67.5, "东南偏东": 112.5, "东东南": 112.5, "东南偏南": 157.5, "南东南": 157.5, "南南东": 157.5,
	"西南偏南": 202.5, "南西南": 202.5, "西南偏西": 247.5, "西西南": 247.5, "西北偏西": 292.5, "西西北": 292.5, "西北偏北": 337.5, "北西北": 337.5,
	"北北东": 22.5, "北北西": 337.5, "南南西": 202.5,
}
