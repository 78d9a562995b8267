package sight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
)

// Fault is something wrong with the record of a camera.
type Fault string

// The faults of records, in the order in which they are told.
const (
	NoCode            Fault = "code_missing"
	CodeLength        Fault = "code_length"
	CodeDigits        Fault = "code_digits"
	CodeNoDivision    Fault = "code_division_unknown"
	CodeOldDivision   Fault = "code_division_withdrawn"
	CodeDivision      Fault = "code_division"
	CodeIndustry      Fault = "code_industry"
	CodeType          Fault = "code_type"
	CodeNotCamera     Fault = "code_not_camera"
	CodeNetwork       Fault = "code_network"
	CodeTwice         Fault = "code_twice"
	NoName            Fault = "name_missing"
	NoAdcode          Fault = "adcode_missing"
	AdcodeNoDivision  Fault = "adcode_unknown"
	AdcodeOldDivision Fault = "adcode_withdrawn"
	AdcodeDivision    Fault = "adcode_division"
	NoPosition        Fault = "position_missing"
	PositionOff       Fault = "position_off"
	PositionGCJ       Fault = "position_gcj02"
	PositionBD        Fault = "position_bd09"
	PositionSwapped   Fault = "position_swapped"
)

// faultTexts words the faults, in their order.
var faultTexts = []struct {
	fault Fault
	text  geo.Text
}{
	{NoCode, geo.T("没有设备编码", "no device code")},
	{CodeLength, geo.T("设备编码不是20位", "the device code has not 20 digits")},
	{CodeDigits, geo.T("设备编码含有非数字字符", "the device code holds other characters than digits")},
	{CodeNoDivision, geo.T("设备编码前6位不是现行行政区划代码", "the device code does not begin with a division that exists")},
	{CodeOldDivision, geo.T("设备编码前6位是已撤销的行政区划代码", "the device code begins with a division that was withdrawn")},
	{CodeDivision, geo.T("设备编码前6位与所在社区的区划不符", "the device code begins with another division than that of its place")},
	{CodeIndustry, geo.T("设备编码第9–10位不是行业代码", "digits 9 and 10 of the device code are no industry")},
	{CodeType, geo.T("设备编码第11–13位不是类型代码", "digits 11 to 13 of the device code are no type")},
	{CodeNotCamera, geo.T("设备编码第11–13位不是摄像机类型", "digits 11 to 13 of the device code are not those of a camera")},
	{CodeNetwork, geo.T("设备编码第14位不是网络标识", "digit 14 of the device code is no network")},
	{CodeTwice, geo.T("设备编码与另一台重复", "another camera has the same device code")},
	{NoName, geo.T("没有名称", "no name")},
	{NoAdcode, geo.T("没有行政区划代码", "no division code")},
	{AdcodeNoDivision, geo.T("行政区划代码不是现行代码", "the division code does not exist")},
	{AdcodeOldDivision, geo.T("行政区划代码已撤销", "the division code was withdrawn")},
	{AdcodeDivision, geo.T("行政区划代码与所在社区不符", "the division code is another one than that of its place")},
	{NoPosition, geo.T("没有登记坐标", "no registered position")},
	{PositionOff, geo.T("登记坐标与实测位置相差超过容差", "the registered position is farther from the surveyed one than the tolerance")},
	{PositionGCJ, geo.T("登记坐标像是 GCJ-02 坐标", "the registered position looks like GCJ-02")},
	{PositionBD, geo.T("登记坐标像是 BD-09 坐标", "the registered position looks like BD-09")},
	{PositionSwapped, geo.T("登记坐标的经度和纬度颠倒", "longitude and latitude of the registered position are swapped")},
}

// record is what was found of a camera's record.
type record struct {
	faults []Fault
	// unsure tells that a rule could not be applied, for want of the division of the
	// place.
	unsure bool
	off_m  float64 // registered from surveyed position; −1 where not known
}

// registry holds records against the rules.
type registry struct {
	m     *Model
	way   *crs.Transform
	codes map[string]int // how many cameras have a code
	names map[string]bool
	old   map[string]bool
}

// newRegistry fails where the scene's CRS is none.
func (m *Model) newRegistry() (*registry, error) {
	if m.way.err != nil {
		return nil, fmt.Errorf("sight: registered positions: %w", m.way.err)
	}
	r := &registry{m: m, way: m.way.transform, names: make(map[string]bool), old: make(map[string]bool)}
	r.count()
	for _, d := range m.p.Divisions.Divisions {
		r.names[d.Code] = true
	}
	for _, d := range m.p.Divisions.Withdrawn {
		r.old[d.Code] = true
	}
	return r, nil
}

// count counts the cameras by their codes.
func (r *registry) count() {
	r.codes = make(map[string]int)
	for i := range r.m.scene.Layers["cameras"] {
		if code, ok := r.m.scene.Layers["cameras"][i].Text("code"); ok && code != "" {
			r.codes[code]++
		}
	}
}

// check holds the record of a camera against all rules.
func (r *registry) check(f *geo.Feature) record {
	out := record{off_m: -1}
	add := func(f Fault) { out.faults = append(out.faults, f) }
	expected := r.division(f)
	out.unsure = expected == ""
	code, _ := f.Text("code")
	r.checkCode(code, expected, add)
	if name, _ := f.Text("name"); strings.TrimSpace(name) == "" {
		add(NoName)
	}
	switch adcode, _ := f.Text("adcode"); {
	case adcode == "":
		add(NoAdcode)
	case len(adcode) < adcodeDigits || !digits(adcode):
		add(AdcodeNoDivision)
	default:
		r.checkDivision(adcode[:adcodeDigits], expected, [3]Fault{AdcodeNoDivision, AdcodeOldDivision, AdcodeDivision}, add)
	}
	r.checkPosition(f, &out, add)
	return out
}

// Parts of a device code: division 8, industry 2, type 3, network 1, serial 6.
const (
	codeDigits   = 20
	adcodeDigits = 6
)

func digits(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' }) < 0
}

func (r *registry) checkCode(code, expected string, add func(Fault)) {
	switch {
	case code == "":
		add(NoCode)
		return
	case !digits(code):
		add(CodeDigits)
		return
	case len(code) != codeDigits:
		add(CodeLength)
		return
	}
	r.checkDivision(code[:adcodeDigits], expected, [3]Fault{CodeNoDivision, CodeOldDivision, CodeDivision}, add)
	t := &r.m.p.Codes
	if !listed(t.Industries, code[8:10]) {
		add(CodeIndustry)
	}
	switch i := slices.IndexFunc(t.Types, func(e CodeEntry) bool { return e.Code == code[10:13] }); {
	case len(t.Types) == 0:
	case i < 0:
		add(CodeType)
	case !t.Types[i].Camera:
		add(CodeNotCamera)
	}
	if !listed(t.Networks, code[13:14]) {
		add(CodeNetwork)
	}
	if r.codes[code] > 1 {
		add(CodeTwice)
	}
}

// listed tells whether a list holds a code; an empty list holds all.
func listed(list []CodeEntry, code string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(e CodeEntry) bool { return e.Code == code })
}

// checkDivision holds a division to those that exist and to that of the place.
func (r *registry) checkDivision(code, expected string, faults [3]Fault, add func(Fault)) {
	d := &r.m.p.Divisions
	judged := len(d.Divisions) > 0 && slices.ContainsFunc(d.Provinces, func(p string) bool { return strings.HasPrefix(code, p) })
	switch {
	case r.old[code]:
		add(faults[1])
	case judged && !r.names[code]:
		add(faults[0])
	case expected != "" && code != expected:
		add(faults[2])
	}
}

// division is the code of the division that a camera stands in: that of the
// community around it, or of the scene's. Empty where not known.
func (r *registry) division(f *geo.Feature) string {
	scene := r.m.scene
	at, ok := f.Geometry.(orb.Point)
	for i := range scene.Layers["communities"] {
		c := &scene.Layers["communities"][i]
		code, known := c.Text("adcode")
		if ok && known && len(code) >= adcodeDigits && geo.Inside(c.Geometry, at) {
			return code[:adcodeDigits]
		}
	}
	if code, known := scene.Community.Text("adcode"); known && len(code) >= adcodeDigits {
		return code[:adcodeDigits]
	}
	return ""
}

// checkPosition compares the registered position with the surveyed one, and tries
// the usual ways to get it wrong.
func (r *registry) checkPosition(f *geo.Feature, out *record, add func(Fault)) {
	lon, ok1 := f.Number("lon")
	lat, ok2 := f.Number("lat")
	if !ok1 || !ok2 {
		add(NoPosition)
		return
	}
	at, ok := f.Geometry.(orb.Point)
	if !ok {
		return
	}
	off := func(p orb.Point) (float64, bool) {
		q, err := r.way.ForwardPoint(p)
		return geo.Distance(q, at), err == nil && geo.Finite(q)
	}
	tolerance := r.m.p.PositionM
	d, ok := off(orb.Point{lon, lat})
	if ok {
		out.off_m = d
	}
	if ok && d <= tolerance {
		return
	}
	add(PositionOff)
	causes := []struct {
		fault Fault
		at    orb.Point
	}{
		{PositionGCJ, crs.FromGCJ02(orb.Point{lon, lat})},
		{PositionBD, crs.FromGCJ02(crs.BD09ToGCJ02(orb.Point{lon, lat}))},
		{PositionSwapped, orb.Point{lat, lon}},
	}
	for _, c := range causes {
		if d, ok := off(c.at); ok && d <= tolerance {
			add(c.fault)
			return
		}
	}
}
