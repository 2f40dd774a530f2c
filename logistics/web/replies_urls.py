"""The pages about what comes back from families."""

from django.urls import URLPattern, path

from logistics.web.views import grievances, replies, tell, thanks, verifications

REPLY_PAGES: list[URLPattern] = [
    path("replies", replies.replies, name="replies"),
    path("replies/new", replies.reply_new, name="reply-new"),
    path("replies/<uuid:reply_id>", replies.reply, name="reply"),
    path("replies/<uuid:reply_id>/picture.jpg", replies.reply_picture, name="reply-picture"),
    path("replies/<uuid:reply_id>/cover", replies.cover, name="reply-cover"),
    path("replies/<uuid:reply_id>/<str:step>", replies.reply_step, name="reply-step"),
    path("verifications", verifications.verifications, name="verifications"),
    path("verifications/new", verifications.verification_new, name="verification-new"),
    path("verifications/draw", verifications.draw_new, name="draw-new"),
    path("verifications/draws/<uuid:draw_id>", verifications.draw_carry_out, name="draw-carry-out"),
    path("verifications/<uuid:visit_id>", verifications.verification, name="verification"),
    path("tell", tell.tell, name="tell"),
    path("tell/follow", tell.follow, name="follow"),
    path("grievances", grievances.grievances, name="grievances"),
    path("grievances/new", grievances.grievance_new, name="grievance-new"),
    path("grievances/readers", grievances.readers, name="grievance-readers"),
    path("grievances/<uuid:grievance_id>", grievances.grievance, name="grievance"),
    path("Q/<str:code>/reply", thanks.say_thanks, name="say-thanks"),
    path("Q/<str:code>/thanks/<uuid:reply_id>.jpg", thanks.thanks_jpg, name="thanks-jpg"),
]
