package metric

import (
	"strconv"
)

// house is the building b<n>, 10 m square; houses stand in a row, 20 m apart.
func house(n int, attributes string) layered {
	return feature("buildings", "b"+strconv.Itoa(n), square(20*float64(n), 10, 10), attributes)
}

// far is a building outside the community.
func far(attributes string) layered {
	return feature("buildings", "far", square(2000, 10, 10), attributes)
}

// What examples lack, again and again.
const (
	noHouses        = "lacks layer buildings holds no buildings in the community"
	noHouseholds    = "lacks features of layer buildings that do not tell the number of households: "
	noUse           = "lacks features of layer buildings that do not tell the use: "
	noResidents     = "lacks the community does not tell the number of residents"
	residentsUntold = "lacks features of layer buildings that do not tell the number of residents: "
)

func householdExamples() map[string][]example {
	return map[string][]example{
		"broadband.gigabit_share": {
			// 10 + 20 of 10 + 30; the school has no households, one building is outside.
			{name: "known", in: town("", house(1, "households=10 gigabit_households=10"), house(2, "households=30 gigabit_households=20"), house(3, "use=school"), far("households=100 gigabit_households=0")),
				want: "75 = 30/40; made b1; failed b2"},
			// 30 of 50, and 40 of 50 if the third has it.
			{name: "one does not tell", in: town("", house(1, "households=10 gigabit_households=10"), house(2, "households=30 gigabit_households=20"), house(3, "households=10")),
				want: "? 60..80 = 30/50; made b1; failed b2; unknown b3; lacks features of layer buildings that do not tell the number of households with gigabit fibre: 1"},
			{name: "households unknown", in: town("households=20", house(1, "households=10 gigabit_households=10"), house(2, "use=residential gigabit_households=5"), house(3, "")),
				want: "?; made b1; unknown b2 b3; " + noHouseholds + "2"},
			{name: "nobody lives there", in: town("", house(1, "use=school"), house(2, "households=0")), want: "? = 0/0"},
			{name: "no building", in: town("", far("households=3 gigabit_households=3")), want: "?; " + noHouses},
			{name: "more than households", in: town("", house(1, "households=10 gigabit_households=12"), house(2, "households=10 gigabit_households=6")), want: "90 = 18/20; made b1; failed b2",
				notes: []string{"buildings of which the number of households with gigabit fibre is more than the households: 1; check them"}},
			{name: "no outline", in: &Input{Scene: noOutline()}, want: "?; lacks there is no outline of the community"},
		},
		"tv.access_share": {
			{name: "known", in: town("", house(1, "households=10 tv_households=9"), house(2, "households=10 tv_households=10")), want: "95 = 19/20; made b2; failed b1"},
			{name: "unknown", in: town("", house(1, "households=10 tv_households=9"), house(2, "households=10")),
				want: "? 45..95 = 9/20; failed b1; unknown b2; lacks features of layer buildings that do not tell the number of households with television: 1"},
			{name: "no building", in: town(""), want: "?; " + noHouses},
		},
		"meters.smart_share": {
			// 20 meters over 10 households; 10, 10 and 5 by medium.
			{name: "by medium", in: town("", house(1, "households=10 smart_meters=20 water_meters=10 power_meters=10 gas_meters=5")), want: "200 = 20/10; made b1",
				notes: []string{"meters are counted over households, so that the share may exceed 100 %", "smart water meters: 100 %", "smart electricity meters: 100 %", "smart gas meters: 50 %", "the least of the media: smart gas meters"}},
			// 10 of 20, or 40 of 20: the second may have three in each household.
			{name: "unknown", in: town("", house(1, "households=10 smart_meters=10"), house(2, "households=10")),
				want:  "? 50..200 = 10/20; made b1; unknown b2; lacks features of layer buildings that do not tell the number of smart meters: 1",
				notes: []string{"meters are counted over households, so that the share may exceed 100 %"}},
		},
		"households.count": {
			{name: "known", in: town("households=50", house(1, "households=10"), house(2, "households=30"), house(3, "use=school"), far("households=9")), want: "40; made b1 b2",
				notes: []string{"the community is registered with 50 households, another number"}},
			{name: "unknown", in: town("households=50", house(1, "households=10"), house(2, "")), want: "?; made b1; unknown b2; " + noHouseholds + "1", notes: []string{"what is known adds up to 10"}},
			{name: "no building", in: town("households=50"), want: "?; " + noHouses},
		},
		"buildings.clean_heating_share": {
			{name: "known", in: town("", house(1, "households=10 clean_heating=true"), house(2, "households=30 clean_heating=false"), house(3, "use=school clean_heating=true")), want: "25 = 10/40; made b1; failed b2"},
			{name: "unknown", in: town("", house(1, "households=10 clean_heating=true"), house(2, "households=30")),
				want: "? 25..100 = 10/40; made b1; unknown b2; lacks features of layer buildings that do not tell whether they have clean heating: 1"},
			{name: "households unknown", in: town("", house(1, "households=10 clean_heating=true"), house(2, "use=residential clean_heating=true")), want: "?; made b1; unknown b2; " + noHouseholds + "1"},
		},
		"buildings.intercom_share": {
			{name: "known", in: town("", house(1, "households=10 intercom=true"), house(2, "households=10 intercom=true")), want: "100 = 20/20; made b1 b2"},
			{name: "no building", in: town(""), want: "?; " + noHouses},
		},
	}
}

func peopleExamples() map[string][]example {
	community := func(name string) string {
		return "lacks the community does not tell " + name
	}
	return map[string][]example{
		"elders.share": {
			{name: "the community's own", in: town("residents=200 residents_60plus=27", house(1, "residents=100 residents_60plus=50")), want: "13.5 = 27/200; made c"},
			// Both from the buildings, also where the community tells one: 20 of 100.
			{name: "of the buildings", in: town("residents=200", house(1, "residents=60 residents_60plus=20"), house(2, "residents=40 residents_60plus=0")), want: "20 = 20/100; made b1",
				notes: []string{"the community does not tell both numbers; they are the sums of its buildings"}},
			{name: "unknown", in: town("residents=200", house(1, "residents=60 residents_60plus=20"), house(2, "residents=40")),
				want: "?; unknown c; " + community("the number of residents aged 60 and over") + "; lacks features of layer buildings that do not tell the number of residents aged 60 and over: 1"},
			{name: "nobody", in: town("residents=0 residents_60plus=0"), want: "? = 0/0; made c"},
		},
		"elders.alarm_share": {
			{name: "known", in: town("lone_60plus=40 alarm_devices=30"), want: "75 = 30/40; made c"},
			{name: "nobody lives alone", in: town("lone_60plus=0 alarm_devices=0"), want: "? = 0/0; unknown c"},
			{name: "unknown", in: town("lone_60plus=40"), want: "? = ?/40; unknown c; " + community("the number of emergency call devices of elders living alone")},
			{name: "more devices", in: town("lone_60plus=40 alarm_devices=50"), want: "125 = 50/40; made c",
				notes: []string{"the number of emergency call devices of elders living alone is more than the number of residents aged 60 and over living alone; check both"}},
		},
		"survey.satisfied_share": {
			{name: "known", in: town("survey_answers=500 survey_satisfied=350"), want: "70 = 350/500; made c"},
			{name: "unknown", in: town(""), want: "?; unknown c; " + community("the number of satisfied answers of the survey") + "; " + community("the number of valid answers of the survey")},
		},
		"illegal.removed_share": {
			{name: "known", in: town("illegal_identified=8 illegal_removed=8"), want: "100 = 8/8; made c"},
			{name: "unknown", in: town("illegal_removed=8"), want: "? = 8/?; unknown c; " + community("the number of illegal structures identified")},
		},
		"ehealth.records_share": {
			{name: "known", in: town("ehealth_records=150 residents=200"), want: "75 = 150/200", notes: nil},
			{name: "residents of buildings", in: town("ehealth_records=30", house(1, "residents=60"), house(2, "use=school")), want: "50 = 30/60",
				notes: []string{"the community does not tell the number of residents; it is the sum of its buildings"}},
			{name: "unknown", in: town("", house(1, "use=residential")), want: "?; " + community("the number of electronic health records") + "; " + noResidents + "; " + residentsUntold + "1"},
		},
		"rain.reuse_m3": {
			{name: "known", in: town("rain_reuse_m3=1200.5"), want: "1200.5; made c"},
			{name: "unknown", in: town(""), want: "?; unknown c; " + community("the rainwater used in a year")},
		},
	}
}
