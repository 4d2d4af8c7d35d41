"""Codes that both shops know, in lower case: countries (ISO 3166-1), currencies (ISO 4217)."""

from __future__ import annotations

_COUNTRIES = """
    ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs
    bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee
    eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm
    hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc
    li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na
    nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw
    sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to
    tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_ALSO_COUNTRIES = "an xk"
"""Magento has them as well: the Netherlands Antilles, withdrawn in 2010, and Kosovo, whose code
everybody uses though ISO only set it free for use."""

COUNTRIES = frozenset(f"{_COUNTRIES} {_ALSO_COUNTRIES}".split())

_CURRENCIES = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob bov brl bsd btn bwp
    byn bzd cad cdf che chf chw clf clp cny cop cou crc cup cve czk djf dkk dop dzd egp ern etb eur
    fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes
    kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr
    mwk mxn mxv myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf
    sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt tnd top try ttd twd tzs
    uah ugx usd usn uyi uyu uyw uzs ved ves vnd vuv wst xaf xcd xcg xdr xof xpf xsu xua yer zar zmw
    zwg
"""
_FORMER_CURRENCIES = """
    azm byr cuc csk csd cyp eek ghc hrk ltl lvl mro mtl mzm rol sdd sit skk sll srg std tmm trl veb
    vef zmk zwd zwl zwr
"""
"""Withdrawn since Magento is there: orders of their time are in them."""

CURRENCIES = frozenset(f"{_CURRENCIES} {_FORMER_CURRENCIES}".split())
