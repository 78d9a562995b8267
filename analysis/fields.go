package analysis

import "yiju/geo"

// TextField is an attribute of a result layer that holds text; codes word its usual
// values.
func TextField(name, zh, en string, codes ...geo.Code) geo.Field {
	return geo.Field{Name: name, Type: geo.String, Title: geo.T(zh, en), Codes: codes}
}

// RealField is an attribute of a result layer that holds a number in a unit.
func RealField(name, zh, en, unit string) geo.Field {
	return geo.Field{Name: name, Type: geo.Real, Unit: unit, Title: geo.T(zh, en)}
}

// WholeField is an attribute of a result layer that holds a whole number.
func WholeField(name, zh, en string) geo.Field {
	return geo.Field{Name: name, Type: geo.Integer, Title: geo.T(zh, en)}
}

// YesField is an attribute of a result layer that holds yes or no.
func YesField(name, zh, en string) geo.Field {
	return geo.Field{Name: name, Type: geo.Boolean, Title: geo.T(zh, en)}
}

// CodeOf is a value that an attribute may have, with its wording.
func CodeOf(value, zh, en string) geo.Code { return geo.Code{Value: value, Title: geo.T(zh, en)} }
