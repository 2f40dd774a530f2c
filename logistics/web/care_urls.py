"""The pages about goods on the way, counted, set aside, called back and disposed of."""

from django.urls import URLPattern, path

from logistics.web.views import care, counts, recalls, transits

CARE_PAGES: list[URLPattern] = [
    path("transits", transits.transits, name="transits"),
    path("moves/new", transits.move, name="move-new"),
    path("moves/<uuid:move_id>", transits.one_move, name="move"),
    path("hand-downs/goods", transits.goods_down, name="goods-down"),
    path("hand-downs/money", transits.money_down, name="money-down"),
    path("hand-downs/<uuid:hand_down_id>", transits.one_hand_down, name="hand-down"),
    path("counts", counts.counts, name="counts"),
    path("counts/<uuid:stock_take_id>", counts.count, name="count"),
    path("counts/<uuid:stock_take_id>/<str:step>", counts.count_step, name="count-step"),
    path("care", care.care, name="care"),
    path("holds/new", care.hold, name="hold"),
    path("holds/<uuid:hold_id>/release", care.release, name="release"),
    path("write-offs/new", care.write_off, name="write-off"),
    path("write-offs/<uuid:disposal_id>/<str:step>", care.write_off_step, name="write-off-step"),
    path("recalls/new", recalls.recall, name="recall-new"),
    path("recalls/<uuid:recall_id>", recalls.one_recall, name="recall"),
    path("recalls/<uuid:recall_id>/lift", recalls.lift, name="lift"),
]
