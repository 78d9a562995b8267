package metric

import (
	"yiju/analysis/indicator"
	"yiju/geo"
)

// Attributes that many metrics name.
var (
	householdsField = field{"households", "户数", "the number of households"}
	residentsField  = field{"residents", "居民人数", "the number of residents"}
	eldersField     = field{"residents_60plus", "60岁以上人数", "the number of residents aged 60 and over"}
)

// buildingsTitle names buildings where there are none.
var buildingsTitle = geo.T("建筑", "buildings")

// residential asks whether a building is for living in.
func residential() question { return oneOf("use", "用途", "the use", "residential") }

// livedIn tells whether a building may be lived in, as far as is known: it is for
// living in, or it is not known what it is for.
func livedIn(f *geo.Feature) bool {
	use, ok := textOf(f, "use")
	return !ok || use == "residential"
}

// people is a number of people or households in a building. One that is not for
// living in and has no number has none.
func people(f *geo.Feature, name string) (n float64, known bool) {
	if n, known = f.Number(name); known {
		return n, true
	}
	return 0, !livedIn(f)
}

// byPeople weighs buildings by such a number.
func byPeople(a field) weight {
	return weight{of: func(f *geo.Feature) (float64, bool) { return people(f, a.name) }, fields: []field{a}}
}

// households is the sum of the households of the buildings in the community.
func (in *Input) households() total {
	return in.sum("buildings", everyone(), byPeople(householdsField))
}

// inhabitants is a number of people: the community's own figure, else the sum of its
// buildings. It notes the second, and says what is missing where neither is known.
func (in *Input) inhabitants(a field, m *indicator.Measure) *float64 {
	if n := told(in, a); n != nil {
		return n
	}
	t := in.sum("buildings", everyone(), byPeople(a))
	if t.known() {
		m.Notes = append(m.Notes, geo.Tf("社区没有填%[1]s，取自建筑合计", "the community does not tell %[2]s; it is the sum of its buildings", a.zh, a.en))
		return &t.sum
	}
	untold(m, a)
	t.tell(m, buildingsTitle)
	return nil
}

// forget takes away what a measure says of its value: it is not known.
func forget(m *indicator.Measure) {
	m.Value, m.Low, m.High, m.Numerator, m.Denominator = nil, nil, nil, nil, nil
}

// perHousehold is the share of households of which buildings tell a number, a
// household of which counts at most so many times.
func perHousehold(in *Input, a field, most float64) indicator.Measure {
	c, lack := newCounter("buildings"), lacking{layer: "buildings"}
	features := in.inside("buildings")
	var m indicator.Measure
	if len(features) == 0 {
		absent(&m, "buildings", buildingsTitle.ZH, buildingsTitle.EN)
		return m
	}
	incomplete, more := false, 0
	for i := range features {
		f := &features[i]
		all, known := people(f, "households")
		part, told := f.Number(a.name)
		switch {
		case !known:
			incomplete = true
			lack.note(f, householdsField)
			c.add(f.ID, 0, false, false)
		case all == 0:
		case !told:
			lack.note(f, a)
			c.add(f.ID, all, false, false)
		default:
			c.split(f.ID, part, all)
			if part > all {
				more++
			}
		}
	}
	m = c.share()
	if incomplete {
		forget(&m)
	}
	if m.High != nil {
		high := 100 * (c.yes + most*c.unknown) / c.all()
		m.High = &high
	}
	lack.tell(&m)
	if more > 0 && most == 1 {
		m.Notes = append(m.Notes, geo.Tf("%[1]d 栋建筑的%[2]s多于户数，请核对", "buildings of which %[3]s is more than the households: %[1]d; check them", more, a.zh, a.en))
	}
	return m
}

func householdMetrics() []Metric {
	layers := []string{"communities", "buildings"}
	gigabit := field{"gigabit_households", "千兆光纤户数", "the number of households with gigabit fibre"}
	tv := field{"tv_households", "有线电视户数", "the number of households with television"}
	return []Metric{
		{
			ID: "broadband.gigabit_share", Title: geo.T("千兆光纤网络覆盖率", "Households with gigabit fibre"),
			Definition: geo.T("千兆光纤户数 ÷ 户数；均为社区内建筑（按中心点）之和", "households with gigabit fibre ÷ households, both summed over the buildings whose centre lies in the community"),
			Source:     shandong(1, "有线宽带网络", "wired broadband"), Unit: "%", Of: "households", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return perHousehold(in, gigabit, 1) }),
		},
		{
			ID: "tv.access_share", Title: geo.T("广播电视入户率", "Households with television"),
			Definition: geo.T("有线电视或网络电视户数（每户计一次）÷ 户数；均为社区内建筑之和", "households with cable or network television, each counted once, ÷ households, both summed over the buildings in the community"),
			Source:     shandong(3, "广播电视", "broadcast television"), Unit: "%", Of: "households", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return perHousehold(in, tv, 1) }),
		},
		{
			ID: "meters.smart_share", Title: geo.T("家庭能源智能采集率", "Smart meters per household"),
			Definition: geo.T("智能表数 ÷ 户数；均为社区内建筑之和。表数可多于户数（水、电、燃气各一只），因此可能超过 100 %", "smart meters ÷ households, both summed over the buildings in the community; with a meter each for water, electricity and gas it may exceed 100 %"),
			Source:     shandong(7, "家庭能源采集设施", "household energy meters"), Unit: "%", Of: "households", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return smartMeters(in) }),
		},
		{
			ID: "households.count", Title: geo.T("户数", "Households"),
			Definition: geo.T("社区内建筑的户数之和", "the sum of the households of the buildings whose centre lies in the community"),
			Source:     geo.T("两项标准共用的分母", "the denominator that both standards share"), Unit: "households", Layers: layers,
			measure: counting(func(in *Input, _ indicator.Params) indicator.Measure { return countHouseholds(in) }),
		},
		householdsWith("buildings.clean_heating_share", "清洁取暖", "clean heating", yantai(22, "绿色建筑", "green building"), yes("clean_heating", "有无清洁取暖", "whether they have clean heating")),
		householdsWith("buildings.intercom_share", "智能对讲", "smart intercom", yantai(27, "智慧平安", "safety"), yes("intercom", "有无智能对讲", "whether they have smart intercom")),
	}
}

// householdsWith is the share of households that live in buildings that have something.
func householdsWith(id, zh, en string, source geo.Text, has question) Metric {
	return Metric{
		ID: id, Title: geo.T(zh+"户占比", "Households with "+en),
		Definition: geo.Tf("有%[1]s的建筑的户数 ÷ 户数，社区内建筑", "households in buildings with %[2]s ÷ households, of the buildings in the community", zh, en),
		Source:     source, Unit: "%", Of: "households", Layers: []string{"communities", "buildings"},
		measure: fixed(portion{layer: "buildings", things: buildingsTitle, is: has, by: byPeople(householdsField)}),
	}
}

// countHouseholds notes where the community tells another number than its buildings.
func countHouseholds(in *Input) indicator.Measure {
	t := in.households()
	m := t.measure(buildingsTitle, "")
	if own := told(in, householdsField); own != nil && t.known() && *own != t.sum {
		m.Notes = append(m.Notes, geo.Tf("社区登记的户数为 %s，与建筑合计不同", "the community is registered with %s households, another number", number(*own)))
	}
	return m
}

// mostMeters is how many meters a household has at the most: one for each of water,
// electricity and gas.
const mostMeters = 3

// smartMeters is the share of smart meters, with that of each medium noted.
func smartMeters(in *Input) indicator.Measure {
	m := perHousehold(in, field{"smart_meters", "智能表数", "the number of smart meters"}, mostMeters)
	m.Notes = append(m.Notes, geo.T("表数与户数不是同一种对象，占比可能超过 100 %", "meters are counted over households, so that the share may exceed 100 %"))
	least, leastOf := 0.0, geo.Text{}
	for _, medium := range []field{
		{"water_meters", "智能水表", "smart water meters"}, {"power_meters", "智能电表", "smart electricity meters"}, {"gas_meters", "智能燃气表", "smart gas meters"},
	} {
		one := perHousehold(in, medium, 1)
		if one.Value == nil {
			continue
		}
		share := quantity(*one.Value, "%")
		m.Notes = append(m.Notes, geo.Tf("%[1]s %[3]s", "%[2]s: %[3]s", medium.zh, medium.en, share))
		if leastOf == (geo.Text{}) || *one.Value < least {
			least, leastOf = *one.Value, geo.T(medium.zh, medium.en)
		}
	}
	if leastOf != (geo.Text{}) {
		m.Notes = append(m.Notes, geo.Tf("各类表中最低的是%[1]s", "the least of the media: %[2]s", leastOf.ZH, leastOf.EN))
	}
	return m
}
